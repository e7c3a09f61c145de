import { createServer, type Socket } from 'node:net';

import ssh2 from 'ssh2';

import { REFUSAL } from '../proxy/refusal.ts';
import { makeHostKey } from './host-key.ts';
import { type CommandStarter, serveSession } from './session.ts';
import type { SupervisorSettings } from './settings.ts';

/** Of one sandbox (openshell §2.2). */
const MAX_CONNECTIONS = 20;

/** What node:crypto does by itself comes first; nothing here is older than 2013. */
const ALGORITHMS: ssh2.Algorithms = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256'],
  serverHostKey: ['ssh-ed25519'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com', 'aes128-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-256'],
  compress: ['none'],
};

/**
 * Serves SSH on a listening descriptor. Everyone who reaches the socket is let in under any name: the way to the socket
 * is the access control (openshell §2.3).
 */
export function serveSsh(
  listenerFd: number,
  starter: CommandStarter,
  { idleMs }: Pick<SupervisorSettings, 'idleMs'>,
): void {
  disableServerKeepalive();
  const server = new ssh2.Server({ hostKeys: [makeHostKey()], algorithms: ALGORITHMS }, (client) => {
    serveClient(client, starter);
  });
  let connections = 0;
  const admit = (socket: Socket) => {
    connections += 1;
    socket.once('close', () => {
      connections -= 1;
    });
    socket.setTimeout(idleMs, () => socket.destroy());
    server.injectSocket(socket);
  };
  createServer((socket) => {
    // A no-op here; it counts where the same server is reached over TCP.
    socket.setNoDelay(true);
    if (connections < MAX_CONNECTIONS) return admit(socket);
    socket.on('error', () => {});
    socket.end(REFUSAL);
  }).listen({ fd: listenerFd });
}

/** A client that holds its window shut for a minute is slow, not gone; OpenShell sends none either. */
function disableServerKeepalive(): void {
  Object.assign(ssh2.Server, { KEEPALIVE_CLIENT_INTERVAL: 0 });
}

function serveClient(client: ssh2.Connection, starter: CommandStarter): void {
  // One for each open session.
  client.setMaxListeners(0);
  client.on('error', () => {});
  client.on('authentication', (context) => {
    if (context.method === 'none' || context.method === 'publickey') context.accept();
    else context.reject(['none', 'publickey']);
  });
  client.on('ready', () => {
    client.on('session', (accept) => serveSession(accept(), client, starter));
  });
}
