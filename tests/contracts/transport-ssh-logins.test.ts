import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { invariant, parseSandboxName } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { createSshConnector, type HostOptions } from '@clamshell/transport-ssh';

import { plainHost, prepareSshd, type RealSshd, whyNoSshd } from './sshd.ts';

const why = process.env['CI'] === 'true' ? undefined : whyNoSshd();
const title = `logins of a plain host${why === undefined ? '' : ` (skipped: ${why})`}`;

describe.skipIf(why !== undefined)(title, () => {
  const world = new AsyncDisposableStack();
  afterAll(() => world.disposeAsync());
  let directory: string;
  let sshd: RealSshd;

  const key = (called: string) => path.join(directory, called);
  const makeKey = (called: string, passphrase = '') => {
    const words = ['-q', '-t', 'ed25519', '-N', passphrase, '-C', called, '-f', key(called)];
    execFileSync('ssh-keygen', words);
    return readFileSync(`${key(called)}.pub`, 'utf8').trim();
  };
  const connect = async (more: Partial<HostOptions>) => {
    const endpoints = await plainHost(sshd, world, more);
    return createSshConnector({ endpoints, env: process.env, clock: systemClock }).connect(
      parseSandboxName('demo'),
    );
  };

  beforeAll(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-logins-'));
    world.defer(() => rm(directory, { recursive: true, force: true }));
    const keys = [makeKey('plain'), makeKey('locked', 'a passphrase'), makeKey('held')];
    makeKey('stranger');
    sshd = world.use(await prepareSshd(keys));
  });

  test('a key file lets in, also the commands of a host’s own ssh', async () => {
    await using transport = await connect({ identity: key('plain') });
    expect((await transport.shell.run({ argv: ['true'], maxOutputBytes: 10 })).code).toBe(0);
    invariant(transport.specs, 'it prepares commands');
    await using spec = await transport.specs.prepare({ command: 'echo well', env: {}, pty: false });
    const [program, ...args] = spec.argv;
    const { stdout } = await promisify(execFile)(program, args, { env: { ...spec.env } });
    expect(stdout).toBe('well\n');
  });

  test.each(['stranger', 'locked', 'missing'])('the key file "%s" does not', async (called) => {
    await expect(connect({ identity: key(called) })).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
  });

  test('a key that only an agent holds lets in', async () => {
    const socket = key('agent');
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const ended = once(agent, 'exit');
    try {
      while (!existsSync(socket)) await setTimeout(20);
      const env = { ...process.env, SSH_AUTH_SOCK: socket };
      execFileSync('ssh-add', ['-q', key('held')], { env, stdio: 'pipe' });
      await using transport = await connect({ env });
      expect((await transport.shell.run({ argv: ['true'], maxOutputBytes: 10 })).code).toBe(0);
    } finally {
      agent.kill();
      await ended;
    }
  });
});
