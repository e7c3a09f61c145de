import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { expect, test, vi } from 'vitest';

import { type ExecSpec, type ExecSpecSource, invariant, parseSandboxName } from '@clamshell/core';
import { type OpenShellSshServer, startOpenShellSshServer, systemClock } from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

const echo = { command: 'echo out', env: {}, pty: false };

interface Connected {
  readonly server: OpenShellSshServer;
  readonly specs: ExecSpecSource;
  disposeTransport(): PromiseLike<void>;
}

async function connected(check: (connected: Connected) => Promise<void>): Promise<void> {
  await using server = await startOpenShellSshServer();
  const connector = createSshConnector({ ...server, env: process.env, clock: systemClock });
  await using transport = await connector.connect(parseSandboxName('demo'));
  const { specs } = transport;
  invariant(specs, 'it prepares commands for the host');
  await check({ server, specs, disposeTransport: () => transport[Symbol.asyncDispose]() });
}

async function run({ argv: [program, ...args], env }: ExecSpec): Promise<{ code: number; stdout: string }> {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, 'exit') as Promise<[number]>]);
  return { code, stdout };
}

const directoryOf = ({ argv }: ExecSpec) => path.dirname(argv[2] ?? '');

/** The master's process, as `ssh` itself tells it. */
function masterOf(spec: ExecSpec): number | undefined {
  const { stderr } = spawnSync('ssh', [...spec.argv.slice(1, 3), '-O', 'check', 'clamshell'], {
    encoding: 'utf8',
  });
  const pid = /pid=([0-9]+)/.exec(stderr)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('commands share one connection, through files that nobody else can read', () =>
  connected(async ({ specs }) => {
    await using first = await specs.prepare(echo);
    await using second = await specs.prepare(echo);
    expect(masterOf(first)).toBe(masterOf(second));
    expect(masterOf(first)).toBeGreaterThan(1);
    expect(statSync(directoryOf(first)).mode & 0o777).toBe(0o700);
    expect(await run(first)).toEqual({ code: 0, stdout: 'out\n' });
    expect(await run(second)).toEqual({ code: 0, stdout: 'out\n' });
  }));

test('disposal of the transport ends the shared connection and removes its files', () =>
  connected(async ({ specs, disposeTransport }) => {
    const spec = await specs.prepare(echo);
    const [directory, master] = [directoryOf(spec), masterOf(spec) ?? 0];
    expect(isRunning(master)).toBe(true);
    await disposeTransport();
    expect([isRunning(master), existsSync(directory)]).toEqual([false, false]);
  }));

test('a shared connection that is gone is replaced, and a command that was prepared before connects by itself', () =>
  connected(async ({ specs }) => {
    await using before = await specs.prepare(echo);
    const master = masterOf(before) ?? 0;
    process.kill(master, 'SIGKILL');
    await vi.waitFor(() => expect(isRunning(master)).toBe(false), { timeout: 10_000 });
    expect(await run(before)).toEqual({ code: 0, stdout: 'out\n' });
    await using after = await specs.prepare(echo);
    expect(masterOf(after)).not.toBe(master);
    expect(masterOf(after)).toBeGreaterThan(1);
    expect(await run(after)).toEqual({ code: 0, stdout: 'out\n' });
  }));

test('a temporary directory too deep for a socket is passed over', async () => {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'clamshell-deep-'));
  const deep = path.join(parent, 'x'.repeat(100));
  await mkdir(deep);
  try {
    await connected(async ({ specs }) => {
      vi.stubEnv('TMPDIR', deep);
      await using spec = await specs.prepare(echo);
      expect(directoryOf(spec).startsWith(deep)).toBe(false);
      expect(await run(spec)).toEqual({ code: 0, stdout: 'out\n' });
    });
  } finally {
    vi.unstubAllEnvs();
    await rm(parent, { recursive: true, force: true });
  }
});

test('disposal after the link broke says that the command may still run, and is harmless', () =>
  connected(async ({ server, specs, disposeTransport }) => {
    const spec = await specs.prepare(echo);
    server.drop();
    await expect(spec[Symbol.asyncDispose]()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await expect(specs.prepare(echo)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    await disposeTransport();
  }));
