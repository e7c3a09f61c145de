import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { createShellRequestChannel, parseHostPath, parseRemotePath } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';

import { planMounts } from '../backend/plan-mounts.ts';
import { FILE_IDENTITY, type SandboxFsBridge } from '../openclaw/fs-bridge.ts';
import { createBridge } from './create-bridge.ts';
import { createLocalShell } from './local-shell.fixture.ts';

const HOST = '/host/ws';
const AGENT = '/host/agent';
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
let root: string;
let sandbox: string;
let agent: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'clamshell-bridge-'));
  [sandbox, agent] = [path.join(root, 'sandbox'), path.join(root, 'agent')];
  await mkdir(path.join(sandbox, 'dir'), { recursive: true });
  await mkdir(agent);
  await writeFile(path.join(sandbox, 'a.txt'), 'hello');
  await writeFile(path.join(agent, 'SOUL.md'), 'soul');
  await writeFile(path.join(root, 'outside.txt'), 'secret');
  await symlink('../outside.txt', path.join(sandbox, 'out'));
  await writeFile(path.join(sandbox, 'one'), 'linked');
  await link(path.join(sandbox, 'one'), path.join(sandbox, 'two'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

function open(access: 'ro' | 'rw' | 'none', mode: 'mirror' | 'remote' = 'remote'): SandboxFsBridge {
  const rules = {
    workspaceRoot: parseRemotePath(sandbox),
    agentRoot: parseRemotePath(agent),
    writers: 'all-but-ro',
  };
  const places = {
    access,
    workspace: parseHostPath(HOST),
    agentWorkspace: parseHostPath(AGENT),
    skillsWorkspace: undefined,
  };
  const mounts = planMounts(places, rules as Parameters<typeof planMounts>[1]);
  const all = [mounts.workspace, ...(mounts.agent === undefined ? [] : [mounts.agent])];
  const requests = createShellRequestChannel(createLocalShell());
  return createBridge({ files: createRemoteFsBridge({ mounts: all, requests, clock }), mounts, mode });
}

describe('names', () => {
  test.each([
    ['relative to the host’s workspace', { filePath: 'dir/x' }, 'dir/x'],
    ['relative to a host directory', { filePath: 'x', cwd: `${HOST}/dir` }, 'dir/x'],
    ['absolute on the host', { filePath: `${HOST}/dir/x` }, 'dir/x'],
  ])('%s', (_, request, relativePath) => {
    const containerPath = path.join(sandbox, relativePath);
    expect(open('rw').resolvePath(request)).toEqual({ relativePath, containerPath });
  });

  test('relative to a sandbox directory, and absolute in the sandbox', () => {
    const expected = { relativePath: 'dir/x', containerPath: `${sandbox}/dir/x` };
    expect(open('rw').resolvePath({ filePath: 'x', cwd: `${sandbox}/dir` })).toEqual(expected);
    expect(open('rw').resolvePath({ filePath: `${sandbox}/dir/x` })).toEqual(expected);
  });

  test('the agent’s own files keep their mount’s name', () => {
    const expected = { relativePath: `${agent}/SOUL.md`, containerPath: `${agent}/SOUL.md` };
    expect(open('ro').resolvePath({ filePath: `${AGENT}/SOUL.md` })).toEqual(expected);
  });

  test.each([
    ['mirror', `Path escapes sandbox root (${HOST}): /etc/passwd`],
    ['remote', 'Sandbox path escapes allowed mounts; cannot access: /etc/passwd'],
  ] as const)('outside of every mount, %s', (mode, message) => {
    expect(() => open('rw', mode).resolvePath({ filePath: '/etc/passwd' })).toThrow(message);
  });

  test('mappings name both halves of each mount', () => {
    expect(open('ro').pathMappings).toEqual([
      { hostRoot: HOST, containerRoot: sandbox },
      { hostRoot: AGENT, containerRoot: agent },
    ]);
  });

  test('one file has one identity, without asking the sandbox', async () => {
    const bridge = open('rw');
    const [one, other] = [{ filePath: 'dir/x' }, { filePath: `${HOST}/dir/../dir/x` }];
    expect(await bridge[FILE_IDENTITY](one)).toBe(await bridge[FILE_IDENTITY](other));
  });
});

describe('files', () => {
  test('are read with where they were read from', async () => {
    const source = await open('rw').readFileWithSource({ filePath: 'a.txt' });
    expect(source).toEqual({
      data: Buffer.from('hello'),
      canonicalPath: `${sandbox}/a.txt`,
      workspaceRelativePath: 'a.txt',
    });
  });

  test('are written whole, parents made, and made only where nothing is', async () => {
    const bridge = open('rw');
    await bridge.writeFile({ filePath: 'new/deep/b.txt', data: 'b' });
    expect(await bridge.createFileExclusive({ filePath: 'new/c.txt', data: 'c' })).toBe('created');
    expect(await bridge.createFileExclusive({ filePath: 'new/c.txt', data: 'd' })).toBe('exists');
    await bridge.copyFile({ sourcePath: 'new/c.txt', destinationPath: 'new/d.txt' });
    await bridge.rename({ from: 'new/d.txt', to: 'new/e.txt' });
    expect(await bridge.readDirectory({ filePath: 'new' })).toEqual(
      expect.arrayContaining([
        { name: 'deep', isDirectory: true },
        { name: 'c.txt', isDirectory: false },
        { name: 'e.txt', isDirectory: false },
      ]),
    );
    await bridge.remove({ filePath: 'new/e.txt' });
    expect(await bridge.stat({ filePath: 'new/e.txt' })).toBeNull();
    expect(await bridge.stat({ filePath: 'new/deep/b.txt' })).toMatchObject({ type: 'file', size: 1 });
    expect(await readFile(path.join(sandbox, 'new/c.txt'), 'utf8')).toBe('c');
  });

  test('can be pinned to where they were resolved', async () => {
    const bridge = open('rw');
    const { pinnedPath, policyPath } = await bridge.resolvePinnedMutationTarget({
      filePath: 'dir/p.txt',
      action: 'write',
    });
    expect([pinnedPath, policyPath]).toEqual([`${sandbox}/dir/p.txt`, `${sandbox}/dir/p.txt`]);
    await bridge.writeFile({ filePath: 'dir/p.txt', data: 'p', pinnedPath });
    await expect(bridge.writeFile({ filePath: 'dir/q.txt', data: 'q', pinnedPath })).rejects.toThrow(
      `Pinned sandbox destination does not match the requested path; cannot write files: ${sandbox}/dir/q.txt`,
    );
  });
});

describe('refusals, in the words of OpenClaw', () => {
  test('a missing file', async () => {
    await expect(open('rw').readFile({ filePath: 'none' })).rejects.toMatchObject({
      code: 'ENOENT',
      message: `Sandbox file not found: ${sandbox}/none`,
    });
  });

  test('removing what is missing, when asked to say so', async () => {
    await open('rw').remove({ filePath: 'none' });
    await expect(open('rw').remove({ filePath: 'none', force: false })).rejects.toThrow(
      `Sandbox path not found; cannot remove files: ${sandbox}/none`,
    );
  });

  test.each(['mirror', 'remote'] as const)('a link that leads out, %s', async (mode) => {
    const words = {
      mirror: 'Sandbox boundary checks failed; cannot read files',
      remote: 'Sandbox path escapes allowed mounts; cannot read files',
    };
    const reading = open('rw', mode).readFile({ filePath: 'out' });
    await expect(reading).rejects.toThrow(`${words[mode]}: ${sandbox}/out`);
  });

  test('a file with several names', async () => {
    const told = `Hardlinked path is not allowed under sandbox mount root: ${sandbox}/one`;
    await expect(open('rw').readFile({ filePath: 'one' })).rejects.toThrow(told);
    await expect(open('rw').writeFile({ filePath: 'one', data: 'x' })).rejects.toThrow(told);
  });

  test.each<[string, (bridge: SandboxFsBridge) => Promise<unknown>]>([
    ['write files', (bridge) => bridge.writeFile({ filePath: 'a.txt', data: 'x' })],
    ['create files', (bridge) => bridge.createFileExclusive({ filePath: 'a.txt', data: 'x' })],
    ['create directories', (bridge) => bridge.mkdirp({ filePath: 'a.txt' })],
    ['remove files', (bridge) => bridge.remove({ filePath: 'a.txt' })],
    ['rename files', (bridge) => bridge.rename({ from: 'one', to: 'a.txt' })],
    ['copy files', (bridge) => bridge.copyFile({ sourcePath: 'one', destinationPath: 'a.txt' })],
  ])('%s, with access ro', async (action, mutate) => {
    await expect(mutate(open('ro'))).rejects.toThrow(
      `Sandbox path is read-only; cannot ${action}: ${sandbox}/a.txt`,
    );
  });
});
