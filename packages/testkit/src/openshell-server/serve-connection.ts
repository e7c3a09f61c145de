import net from 'node:net';

import type { Connection, ServerChannel, Session } from 'ssh2';

import { offerWeakKex, openUnasked } from './misbehaviour.ts';
import { type ExecContext, type ExecRequest, runExec } from './run-exec.ts';

/** Authentication and requests as an OpenShell sandbox answers them (openshell §2.3, §2.4). */
export function serveConnection(connection: Connection, context: ExecContext): void {
  connection.on('error', () => {});
  if (context.faults.weakKex) offerWeakKex(connection);
  connection.on('authentication', (attempt) => {
    if (attempt.method === 'none' || attempt.method === 'publickey') attempt.accept();
    else attempt.reject(['none', 'publickey']);
  });
  connection.on('tcpip', (accept, reject, { destIP, destPort }) => {
    // Loopback only; a port where nothing listens is a channel that opens and closes (openshell §2.4).
    if (destIP === '127.0.0.1') joinPort(accept(), destPort);
    else reject();
  });
  connection.on('session', (accept, reject) => {
    if (context.faults.refuseChannels > 0) {
      context.faults.refuseChannels -= 1;
      return reject();
    }
    serveSession(accept(), (request, channel) => {
      if (context.faults.unaskedChannels) openUnasked(connection, context.unasked);
      void runExec(request, channel, context);
    });
  });
}

/** Environment and signals are accepted and have no effect. */
function serveSession(session: Session, exec: (request: ExecRequest, channel: ServerChannel) => void): void {
  session.on('env', (accept: (() => void) | undefined) => accept?.());
  session.on('signal', (accept: (() => void) | undefined) => accept?.());
  let terminal: string | undefined;
  session.on('pty', (accept: (() => void) | undefined, _reject, info) => {
    terminal = (info as { readonly term?: string }).term || 'xterm-256color';
    accept?.();
  });
  session.on('exec', (accept, _reject, { command }) => exec({ text: command, terminal }, accept()));
}

function joinPort(channel: ServerChannel, port: number): void {
  const socket = net.connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  channel.on('error', () => {});
  socket.on('error', () => channel.close()).on('close', () => channel.end());
  channel.once('close', () => socket.destroy());
  socket.pipe(channel).pipe(socket);
}
