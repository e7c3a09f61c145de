import { expect, test } from 'vitest';

import { chooseName } from './choose-name.ts';

const CURRENT = 'oc-6d9217fe77c7f11d';
const LEGACY = 'openclaw-agent-main-main-1b41619c';

test.each<[string, string[] | undefined, string]>([
  ['nothing registered', undefined, CURRENT],
  ['an older version’s sandbox is taken over', [LEGACY], LEGACY],
  ['today’s goes first', [LEGACY, CURRENT], CURRENT],
  ['a name that is not the scope’s is never taken', ['openclaw-other-scope-1234', 'x; rm -rf /'], CURRENT],
])('%s', (_, registered, name) => {
  expect(chooseName('agent:main:main', registered)).toBe(name);
});
