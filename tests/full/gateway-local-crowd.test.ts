import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';
import { openShellLocalCommand } from '@clamshell/gateway-local';
import { systemClock } from '@clamshell/testkit';
import { createCliConnector, createCliGateway } from '@clamshell/transport-cli';

const CROWD = 50;

test('fifty sandboxes are made, used and removed at once, and nothing is left of them', async ({ task }) => {
  const state = mkdtempSync(path.join(os.tmpdir(), 'clamshell-crowd-'));
  const env = { ...process.env, XDG_STATE_HOME: state };
  const command = openShellLocalCommand();
  const options = { command, workspace: 'default', timeoutMs: 600_000, env, clock: systemClock };
  const gateway = createCliGateway(options);
  const began = Date.now();
  const names = Array.from({ length: CROWD }, (_, index) => parseSandboxName(`crowd-${index}`));
  const each = (work: (name: (typeof names)[number]) => Promise<void>) => Promise.all(names.map(work));

  await each(async (name) => {
    await gateway.create({ name, labels: { crowd: 'yes' } });
  });
  const made = await gateway.list();
  expect(made).toHaveLength(CROWD);
  await each(async (name) => {
    await using transport = await createCliConnector(options).connect(name);
    const script = 'echo "$1" >mine; sleep 5000 >/dev/null 2>&1 & cat mine';
    const { stdout } = await transport.shell.run({
      argv: ['sh', '-c', script, 'sh', name],
      maxOutputBytes: 100,
    });
    expect(Buffer.from(stdout).toString()).toBe(`${name}\n`);
  });
  expect(processesOf(state).length).toBeGreaterThanOrEqual(CROWD);
  await each(async (name) => {
    const sandbox = made.find((one) => one.name === name);
    if (sandbox !== undefined) await gateway.remove(sandbox);
  });

  expect(await gateway.list()).toEqual([]);
  await expect.poll(() => processesOf(state), { timeout: 60_000 }).toEqual([]);
  for (const file of ['mountinfo', 'net/unix']) {
    expect(readFileSync(`/proc/self/${file}`, 'utf8')).not.toContain(state);
  }
  const scope = path.join(state, 'clamshell/gateway-local/local/default');
  expect(readdirSync(scope)).toEqual(['.locks']);
  Object.assign(task.meta, {
    figures: { sandboxes: CROWD, seconds: Math.round((Date.now() - began) / 1000) },
  });
  rmSync(state, { recursive: true, force: true });
});

/** Processes of the host that have a mount below the state directory, so of its sandboxes. */
function processesOf(state: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/mountinfo`, 'utf8').includes(state);
    } catch {
      return false;
    }
  });
}
