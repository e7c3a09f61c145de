import { execFileSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import { commandEnvironment, prefixCommand } from './command-environment.ts';

const HOST = '/usr/local/bin:/usr/bin:/home/me/bin';

describe('commandEnvironment', () => {
  test.each([
    ['the host’s PATH and the command’s HOME stay out', { PATH: HOST, HOME: '/sandbox/sub' }, {}, {}, []],
    ['what was put in front of the PATH is kept', { PATH: `/opt/tool:${HOST}` }, {}, {}, ['/opt/tool']],
    [
      'a configured PATH and HOME hold as they are',
      { PATH: '/usr/bin:/venv/bin', HOME: '/sandbox' },
      { PATH: '/usr/bin:/venv/bin', HOME: '/home/agent' },
      { PATH: '/usr/bin:/venv/bin', HOME: '/home/agent' },
      [],
    ],
    [
      'all else passes',
      { PATH: HOST, A: '1\n2', OPENCLAW_SHELL: 'exec' },
      {},
      { A: '1\n2', OPENCLAW_SHELL: 'exec' },
      [],
    ],
  ])('%s', (_, given, configured, env, pathFirst) => {
    const policy = { path: 'sandbox', home: 'sandbox' } as const;
    expect(commandEnvironment(given, { hostPath: HOST, configured, policy })).toEqual({ env, pathFirst });
  });

  test.each([
    ['the host’s PATH in front', 'prepend', 'sandbox', {}, ['/opt/tool', ...HOST.split(':')]],
    ['the host’s PATH alone', 'host', 'sandbox', { PATH: `/opt/tool:${HOST}` }, []],
    ['HOME as the host has it', 'sandbox', 'host', { HOME: '/sandbox/sub' }, ['/opt/tool']],
  ] as const)('by policy: %s', (_, path, home, env, pathFirst) => {
    const given = { PATH: `/opt/tool:${HOST}`, HOME: '/sandbox/sub' };
    const policy = { path, home };
    expect(commandEnvironment(given, { hostPath: HOST, configured: {}, policy })).toEqual({ env, pathFirst });
  });
});

describe('prefixCommand', () => {
  test('nothing to add leaves the command as it is', () => {
    expect(prefixCommand('echo hi', { pathFirst: [], notice: undefined })).toBe('echo hi');
  });

  test('runs in a real shell: PATH in front, the notice on stderr, the command’s own status', () => {
    const notice = "it's $HOME `x`";
    const script = prefixCommand('echo "$PATH"', { pathFirst: ["/a b'c"], notice });
    const env = { PATH: '/usr/bin:/bin' };
    expect(execFileSync('/bin/sh', ['-c', `{ ${script}\n} 2>&1`], { env, encoding: 'utf8' })).toBe(
      `${notice}\n/a b'c:/usr/bin:/bin\n`,
    );
  });
});
