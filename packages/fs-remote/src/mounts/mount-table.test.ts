import { describe, expect, test } from 'vitest';

import { type Clock, type Mount, parseRelPath, parseRemotePath, type RequestChannel } from '@clamshell/core';

import { createRemoteFsBridge } from '../index.ts';

const mount = (host: string, sandbox: string, readOnly = false) =>
  ({ host, sandbox, readOnly, direction: 'both', protect: [] }) as unknown as Mount;

const workspace = mount('/home/me/ws', '/sandbox');
const agent = mount('/home/me/agent', '/agent');
const skills = mount('/home/me/skills', '/sandbox/.openclaw/skills', true);
const windows = mount('C:\\Users\\me\\ws', '/work');

const requests: RequestChannel = { request: () => Promise.reject(new TypeError('nothing is asked')) };
const clock: Clock = { now: () => 0, sleep: () => Promise.resolve() };
const bridge = createRemoteFsBridge({ mounts: [workspace, agent, skills, windows], requests, clock });

describe('resolve', () => {
  test.each([
    ['a host path', '/home/me/ws/src/a', undefined, '/sandbox/src/a'],
    ['a sandbox path', '/sandbox/src/a', undefined, '/sandbox/src/a'],
    ['the roots themselves', '/home/me/ws/', undefined, '/sandbox'],
    ['a relative path, from the first mount', 'src/a', undefined, '/sandbox/src/a'],
    ['a relative path from a host directory', '../ws/a', '/home/me/agent', '/sandbox/a'],
    ['a relative path from a sandbox directory', '../b', '/agent/x', '/agent/b'],
    ['dots and doubled slashes', '/sandbox//src/./x/../a', undefined, '/sandbox/src/a'],
    ['the longest root', '/sandbox/.openclaw/skills/s', undefined, '/sandbox/.openclaw/skills/s'],
    ['a drive, in any case and with either slash', 'c:/users/ME/ws\\src/a', undefined, '/work/src/a'],
    ['a relative path from a drive', 'src\\a', 'C:\\Users\\me\\ws\\x\\..', '/work/src/a'],
    ['a backslash where it is a character', 'a\\b', undefined, '/sandbox/a\\b'],
    ['a name in another script', 'å/日本', undefined, '/sandbox/å/日本'],
  ])('%s', (_rule, name, cwd, sandboxPath) => {
    expect(bridge.resolve(name, cwd)).toMatchObject({ sandboxPath });
  });

  test('the mount with the longest root has the place', () => {
    expect(bridge.resolve('/sandbox/.openclaw/skills/s')).toMatchObject({ mount: skills, path: 's' });
    expect(bridge.resolve('/home/me/skills/s')).toMatchObject({ mount: skills, path: 's' });
  });

  test.each(['/etc/passwd', '..', '/sandbox/../etc', '/sandbox-evil/x', '/home/me', 'D:\\x', 'a\0b'])(
    '%j is in no mount',
    (name) => {
      expect(() => bridge.resolve(name)).toThrow(/Not in any mount/);
    },
  );

  test('bytes that are no UTF-8 have a name for people only', () => {
    const place = bridge.locate({ mount: workspace, path: parseRelPath('\xff\xc3\xa9') });
    expect(place).toMatchObject({ sandboxPath: parseRemotePath('/sandbox/\ufffdé'), hostPath: undefined });
  });
});

test('a read-only mount is closed before anything is asked', async () => {
  const write = bridge.write({ mount: skills, path: parseRelPath('x') }, new Uint8Array());
  await expect(write).rejects.toMatchObject({ code: 'FILE_READ_ONLY' });
});
