import os from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { resolveStateDirectory } from '../index.ts';

test.each([
  ['XDG_STATE_HOME comes first', { XDG_STATE_HOME: '/state', HOME: '/home/me' }, '/state/clamshell'],
  ['then HOME', { HOME: '/home/me' }, '/home/me/.local/state/clamshell'],
  [
    'a relative XDG_STATE_HOME is ignored',
    { XDG_STATE_HOME: 'state', HOME: '/home/me' },
    '/home/me/.local/state/clamshell',
  ],
  [
    'an empty XDG_STATE_HOME is ignored',
    { XDG_STATE_HOME: '', HOME: '/home/me' },
    '/home/me/.local/state/clamshell',
  ],
  ['without either, the user’s own home', {}, path.join(os.userInfo().homedir, '.local/state/clamshell')],
])('%s', (_name, env, expected) => {
  expect(resolveStateDirectory(env)).toBe(expected);
  expect(resolveStateDirectory(env, 'mirror', 'base')).toBe(path.join(expected, 'mirror/base'));
});

test.each(['..', '.', '', 'a/b', 'a\0'])('a segment is one plain name: %j is none', (segment) => {
  expect(() => resolveStateDirectory({ HOME: '/home/me' }, segment)).toThrow('Invariant');
});
