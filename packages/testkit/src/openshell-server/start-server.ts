import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';

import ssh2 from 'ssh2';

import type { SshEndpoint, SshEndpointSource } from '@clamshell/core';

import { noFaults, type ServerFaults } from './faults.ts';
import { makeHostKey } from './host-key.ts';
import { proxyCommandTo } from './proxy-command.ts';
import type { Command } from './relay-output.ts';
import { serveConnection } from './serve-connection.ts';

export interface ServerOptions {
  /** What the login shell reads first, where noise comes from. */
  readonly profile?: string;
  /** Gives each command a process group of its own, as sshd does and OpenShell does not. */
  readonly ownGroups?: boolean;
}

/** A server that behaves as a sandbox's, on this machine and without confinement: for trusted test commands only. */
export interface OpenShellSshServer extends AsyncDisposable {
  readonly endpoint: SshEndpoint;
  readonly endpoints: SshEndpointSource;
  /** Where commands start; goes away with the server. */
  readonly home: string;
  readonly faults: ServerFaults;
  /** What became of each channel that it opened unasked: its kind, and accepted or refused. */
  readonly unasked: readonly string[];
  /** Cuts every connection. */
  drop(): void;
}

export async function startOpenShellSshServer(options: ServerOptions = {}): Promise<OpenShellSshServer> {
  const { profile = '', ownGroups = false } = options;
  const home = await mkdtemp(path.join(os.tmpdir(), 'clamshell-sshd-'));
  await writeFile(path.join(home, '.profile'), profile);
  const faults = noFaults();
  const sockets = new Set<net.Socket>();
  const commands = new Set<Command>();
  const unasked: string[] = [];
  const drop = () => sockets.forEach((socket) => socket.destroy());
  const ssh = new ssh2.Server({ hostKeys: [makeHostKey()] }, (connection) => {
    serveConnection(connection, { home, ownGroups, faults, commands, unasked, drop });
  });
  const listener = net.createServer((socket) => {
    sockets.add(socket.once('close', () => sockets.delete(socket)).on('error', () => {}));
    if (faults.endlessBanner) sendBanner(socket);
    else ssh.injectSocket(socket);
  });
  const socketPath = path.join(home, '.ssh.socket');
  listener.listen(socketPath);
  await once(listener, 'listening');
  const endpoint = {
    proxyCommand: proxyCommandTo(socketPath),
    user: 'sandbox',
    hostKey: 'tunnel-trusted',
  } as const;
  return {
    endpoint,
    endpoints: { resolve: () => Promise.resolve(endpoint) },
    home,
    faults,
    unasked,
    drop,
    async [Symbol.asyncDispose]() {
      drop();
      commands.forEach(kill);
      listener.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function sendBanner(socket: net.Socket): void {
  const timer = setInterval(() => socket.write('welcome\r\n'), 1);
  socket.once('close', () => clearInterval(timer));
}

/** The command, and the group it may have made for itself. */
function kill({ pid }: Command): void {
  for (const target of pid === undefined ? [] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}
