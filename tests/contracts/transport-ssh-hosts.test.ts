import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { invariant, parseSandboxName } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { createHostEndpoints, createSshConnector, type HostOptions } from '@clamshell/transport-ssh';

import { listenAsSshd, prepareSshd, whyNoSshd } from './sshd.ts';

const why = process.env['CI'] === 'true' ? undefined : whyNoSshd();
const name = parseSandboxName('demo');
const env = { PATH: process.env['PATH'] };

describe.skipIf(why !== undefined)(
  `transport-ssh to a plain host${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    const world = new AsyncDisposableStack();
    afterAll(() => world.disposeAsync());
    let directory: string;
    let port: number;
    let hostKey: string;

    beforeAll(async () => {
      const sshd = world.use(await prepareSshd());
      port = await listenAsSshd(sshd, world);
      hostKey = sshd.hostKey.split(' ').slice(0, 2).join(' ');
      directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-hosts-'));
      world.defer(() => rm(directory, { recursive: true, force: true }));
    });

    const file = async (called: string, text: string) => {
      await writeFile(path.join(directory, called), text);
      return path.join(directory, called);
    };
    const connect = (options: Partial<HostOptions>) => {
      const destination = { host: '127.0.0.1', port, user: os.userInfo().username };
      const endpoints = createHostEndpoints({ destination, configFile: 'none', env, ...options });
      return createSshConnector({ endpoints, env, clock: systemClock }).connect(name);
    };
    const otherKey = () => {
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path.join(directory, 'other')]);
      return readFileSync(path.join(directory, 'other.pub'), 'utf8').split(' ').slice(0, 2).join(' ');
    };

    test('a host is known by its name and port, and everything works there', async () => {
      const knownHosts = await file('known', `[127.0.0.1]:${port} ${hostKey}\n`);
      execFileSync('ssh-keygen', ['-H', '-f', knownHosts], { stdio: 'pipe' });
      await using transport = await connect({ knownHosts });
      const { stdout } = await transport.shell.run({ argv: ['echo', 'well'], maxOutputBytes: 10 });
      expect(Buffer.from(stdout).toString()).toBe('well\n');
      invariant(transport.specs && transport.requests, 'it has both');
      await using spec = await transport.specs.prepare({
        command: 'echo $WORD',
        env: { WORD: 'x y' },
        pty: false,
      });
      const [program, ...args] = spec.argv;
      // The server runs in this very process, which must not wait for it.
      const run = promisify(execFile)(program, args, { env: { ...spec.env } });
      expect((await run).stdout).toBe('x y\n');
    });

    test('the user’s configuration says where a name leads, through jumps and commands', async () => {
      const knownHosts = await file('aliases', `known-as-box ${hostKey}\n`);
      const included = await file('included', `Host *\n  UserKnownHostsFile ${knownHosts}\n`);
      const config = `Host box\n  HostName 127.0.0.1\n  Port ${port}\n  HostKeyAlias known-as-box
Match host 127.0.0.1
  Include ${included}
Host behind\n  HostName 127.0.0.1\n  Port ${port}\n  HostKeyAlias known-as-box\n  UserKnownHostsFile ${knownHosts}
  ProxyCommand sh -c 'exec "$@"' sh ssh -F ${path.join(directory, 'config')} -W %h:%p box\n
Host jumped\n  HostName 127.0.0.1\n  Port ${port}\n  HostKeyAlias known-as-box\n  UserKnownHostsFile ${knownHosts}
  ProxyJump box\n`;
      const configFile = await file('config', config);
      for (const host of ['box', 'behind', 'jumped']) {
        const destination = { host, user: undefined, port: undefined };
        await using transport = await connect({ destination, configFile });
        expect((await transport.shell.run({ argv: ['true'], maxOutputBytes: 10 })).code).toBe(0);
      }
    });

    test('a key may be pinned', async () => {
      const fingerprint = execFileSync('ssh-keygen', ['-l', '-f', await file('pin', hostKey)])
        .toString()
        .split(' ')[1];
      await using transport = await connect({ pinned: [fingerprint ?? ''] });
      expect((await transport.shell.run({ argv: ['true'], maxOutputBytes: 10 })).code).toBe(0);
      await expect(connect({ pinned: ['SHA256:other'] })).rejects.toMatchObject({ code: 'HOST_KEY_CHANGED' });
    });

    test.each([
      ['that is in no file', () => '', 'HOST_KEY_UNKNOWN'],
      ['that is another', () => `[127.0.0.1]:${port} ${otherKey()}`, 'HOST_KEY_CHANGED'],
      ['that is revoked', () => `@revoked * ${hostKey}\n[127.0.0.1]:${port} ${hostKey}`, 'HOST_KEY_REVOKED'],
      ['of a certificate', () => `@cert-authority * ${hostKey}`, 'HOST_CERTIFICATE_UNSUPPORTED'],
    ])('a host key %s is refused by name', async (_rule, text, code) => {
      await expect(connect({ knownHosts: await file('bad', text()) })).rejects.toMatchObject({
        name: 'TransportError',
        code,
        message: expect.stringContaining('SHA256:'),
      });
    });

    test('a login that is not let in, and a port where nobody listens, say so', async () => {
      const knownHosts = await file('known', `[127.0.0.1]:${port} ${hostKey}\n`);
      const nobody = { host: '127.0.0.1', port, user: 'nobody-here' };
      await expect(connect({ knownHosts, destination: nobody })).rejects.toMatchObject({
        code: 'LOGIN_REFUSED',
      });
      const closed = connect({ knownHosts, destination: { ...nobody, port: 1 } });
      await expect(closed).rejects.toMatchObject({
        code: 'CONNECTION_FAILED',
        message: expect.stringContaining('ECONNREFUSED'),
      });
    });
  },
);
