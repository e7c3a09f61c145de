import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { gatewayOfScript, gatewayThatSays } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');

/** Ignores TERM and has a child that does too; notes both process ids. */
const STUBBORN = `trap '' TERM; sleep 1000 & echo $! $$ >"$1/pids.new"; mv "$1/pids.new" "$1/pids"; wait; wait; sleep 1000`;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-run-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function expectAllDead(): Promise<void> {
  const pids = (await readFile(path.join(directory, 'pids'), 'utf8')).trim().split(' ');
  expect(pids).toHaveLength(2);
  await vi.waitFor(async () => expect(await Promise.all(pids.map(isRunning))).toEqual([false, false]), {
    timeout: 10_000,
  });
}

/** A zombie has ended; who reaps it, and when, is not ours. */
async function isRunning(pid: string): Promise<boolean> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\t[ZX]/m.test(status);
}

test('a deadline ends the whole process group', async () => {
  const gateway = gatewayOfScript(STUBBORN, directory, { timeoutMs: 300 });
  await expect(gateway.inspect(name)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  await expectAllDead();
});

test('an abort ends the whole process group and rejects with its own reason', async () => {
  const gateway = gatewayOfScript(STUBBORN, directory);
  const controller = new AbortController();
  const pending = gateway.inspect(name, { signal: controller.signal });
  const settled = expect(pending).rejects.toBe('enough');
  await vi.waitFor(() => readFile(path.join(directory, 'pids')), { timeout: 10_000 });
  controller.abort('enough');
  await settled;
  await expectAllDead();
});

test('a descendant that left the group and holds the output is not waited for', async () => {
  const gateway = gatewayOfScript('setsid sleep 20 & exit 0', directory, { timeoutMs: 300 });
  await expect(gateway.inspect(name)).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
}, 10_000);

test('an abort that came before starts nothing', async () => {
  const gateway = gatewayOfScript(STUBBORN, directory);
  await expect(gateway.inspect(name, { signal: AbortSignal.abort('no') })).rejects.toBe('no');
  await expect(readFile(path.join(directory, 'pids'))).rejects.toThrow('ENOENT');
});

test('endless output is cut off', async () => {
  const gateway = gatewayOfScript('yes', directory);
  await expect(gateway.inspect(name)).rejects.toMatchObject({ code: 'GATEWAY_REPLY_INVALID' });
});

test('the tool sees no secret of the host, no terminal style and no standard input', async () => {
  vi.stubEnv('SSH_AUTH_SOCK', '/agent');
  vi.stubEnv('OPENSHELL_OIDC_CLIENT_SECRET', 'hush');
  const gateway = gatewayOfScript('env >"$1/env"; cat >"$1/stdin"; exit 1', directory);
  vi.unstubAllEnvs();
  await gateway.inspect(name).catch(() => {});
  const env = await readFile(path.join(directory, 'env'), 'utf8');
  expect(env).toMatch(/^NO_COLOR=1$/m);
  expect(env).toMatch(/^NO_GRAPHICS=1$/m);
  expect(env).not.toMatch(/agent|hush/);
  expect(await readFile(path.join(directory, 'stdin'), 'utf8')).toBe('');
});

test('a sandbox may be called what a shell would act on', async () => {
  const gateway = gatewayThatSays({ stdout: '{"id":"1","name":"if","phase":"Ready"}' });
  await expect(gateway.inspect(parseSandboxName('if'))).resolves.toMatchObject({ name: 'if' });
});
