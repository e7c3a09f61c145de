import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import type { SshEndpointSource, TunnelEndpoint } from '@clamshell/core';
import { createHostEndpoints, type HostOptions } from '@clamshell/transport-ssh';

const SSHD = '/usr/sbin/sshd';

/** Why Debian's sshd can't be tried here. */
export function whyNoSshd(): string | undefined {
  if (!existsSync(SSHD)) return 'openssh-server is not installed';
  try {
    execFileSync('bwrap', ['--dev-bind', '/', '/', 'true'], { stdio: 'pipe' });
    execFileSync('ssh-keygen', ['-l', '-f', '/nowhere'], { stdio: 'pipe' });
  } catch (error) {
    const { code, status } = error as { code?: string; status?: number };
    if (code === 'ENOENT') return 'bubblewrap or ssh-keygen is not installed';
    if (status !== 255) return 'bubblewrap can not make a namespace here';
  }
  return undefined;
}

export interface RealSshd extends AsyncDisposable {
  readonly endpoints: SshEndpointSource;
  readonly endpoint: TunnelEndpoint;
  /** The login's home; goes away with the server. */
  readonly home: string;
  /** The server's public key, as its file holds it. */
  readonly hostKey: string;
}

/**
 * Debian's `sshd -i` as the proxy command itself, one for each connection. It lets the user of the tests in without a
 * password, or by one of the public keys only: a mount namespace gives it an account list of its own, with an empty
 * password; the machine's is not touched.
 */
export async function prepareSshd(authorizedKeys?: readonly string[]): Promise<RealSshd> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-sshd-real-'));
  const file = (name: string) => path.join(directory, name);
  const { username, uid, gid } = os.userInfo();
  const home = file('home');
  await mkdir(home);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', file('key')]);
  await writeFile(
    file('passwd'),
    `${username}:x:${uid}:${gid}::${home}:/bin/bash\nsshd:x:65534:65534::/:/bin/false\n`,
  );
  await writeFile(file('shadow'), `${username}::19000:0:99999:7:::\n`);
  await writeFile(file('config'), configuration(file('key'), authorizedKeys && file('authorized')));
  await writeFile(file('authorized'), authorizedKeys?.join('\n') ?? '');
  await chmod(file('shadow'), 0o600);
  const overlay = ['--ro-bind', file('passwd'), '/etc/passwd', '--ro-bind', file('shadow'), '/etc/shadow'];
  const endpoint: TunnelEndpoint = {
    proxyCommand: [
      'bwrap',
      '--dev-bind',
      '/',
      '/',
      ...overlay,
      '--tmpfs',
      '/run',
      '--dir',
      '/run/sshd',
      SSHD,
      '-i',
      '-e',
      '-f',
      file('config'),
    ],
    user: username,
    hostKey: 'tunnel-trusted',
  };
  return {
    endpoint,
    home,
    hostKey: (await readFile(file('key.pub'), 'utf8')).trim(),
    endpoints: { resolve: () => Promise.resolve(endpoint) },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Listens on loopback; each connection has an `sshd -i` of its own. Resolves with the port. */
export async function listenAsSshd({ endpoint }: RealSshd, stack: AsyncDisposableStack): Promise<number> {
  const [program, ...args] = endpoint.proxyCommand;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const sshd = spawn(program, args, { stdio: ['pipe', 'pipe', 'ignore'] });
    sockets.add(socket.on('error', () => {}));
    sshd.stdin.on('error', () => {});
    socket.once('close', () => sshd.kill());
    socket.pipe(sshd.stdin);
    sshd.stdout.pipe(socket);
  });
  stack.defer(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as net.AddressInfo).port;
}

/** The way to a listening server as a plain host, which a file of known hosts vouches for. */
export async function plainHost(
  sshd: RealSshd,
  stack: AsyncDisposableStack,
  more: Partial<HostOptions> = {},
) {
  const port = await listenAsSshd(sshd, stack);
  const knownHosts = path.join(sshd.home, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${sshd.hostKey}\n`);
  const destination = { host: '127.0.0.1', port, user: os.userInfo().username };
  return createHostEndpoints({ destination, knownHosts, configFile: 'none', env: process.env, ...more });
}

function configuration(hostKey: string, authorizedKeys: string | undefined): string {
  const settings = [
    authorizedKeys === undefined ? 'PermitEmptyPasswords yes' : `AuthorizedKeysFile ${authorizedKeys}`,
    'PermitRootLogin yes',
    'UsePAM no',
    'StrictModes no',
    'PrintLastLog no',
  ];
  return [`HostKey ${hostKey}`, ...settings, ''].join('\n');
}
