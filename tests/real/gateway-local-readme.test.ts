import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import { quoteCommand } from '@clamshell/core';
import { openShellLocalCommand } from '@clamshell/gateway-local';

import { openWorld, whyNot } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

const isUnavailable = (await whyNot('bwrap', 'self')) !== undefined;
const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

const README = readFileSync(
  path.resolve(import.meta.dirname, '../../packages/gateway-local/README.md'),
  'utf8',
);
const blockOf = (language: string) => new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(README)?.[1] ?? '';

test.skipIf(isUnavailable)('what the README does by hand says what it says there', () => {
  const bin = path.join(world.home, 'bin');
  mkdirSync(bin);
  writeFileSync(
    path.join(bin, 'openshell-local'),
    `#!/bin/sh\nexec ${quoteCommand(openShellLocalCommand())} "$@"\n`,
  );
  chmodSync(path.join(bin, 'openshell-local'), 0o755);
  const steps = blockOf('console').split(/^\$ /m).slice(1);
  expect(steps.length).toBeGreaterThan(8);
  for (const step of steps) {
    const [command = '', ...said] = step.split('\n');
    const env = {
      PATH: `${bin}:${process.env['PATH']}`,
      HOME: world.home,
      XDG_STATE_HOME: `${world.home}/state`,
    };
    const { status, stdout } = spawnSync('sh', ['-c', command], { cwd: world.home, env, encoding: 'utf8' });
    expect({ command, status, stdout }).toEqual({ command, status: 0, stdout: said.join('\n') });
  }
});

test.skipIf(isUnavailable)('its policy is one that this gateway enforces', async () => {
  const file = path.join(world.home, 'policy.yaml');
  writeFileSync(file, blockOf('yaml'));
  await world.must('sandbox', 'create', '--name', 'policed', '--policy', file);
  using ssh = await world.connect('policed');
  expect(await ssh.text('touch /agent/x && echo "$HTTPS_PROXY"')).toBe('http://127.0.0.1:3128');
});

test('--help says what is confined and what is not', async () => {
  const help = await world.must('--help');
  expect(help).toContain('reaches nothing else unless a policy says so');
  expect(help).toContain('Not limited: disk use, CPU time and\nmemory');
});
