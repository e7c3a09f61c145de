import type { Connection, ServerChannel, Session } from 'ssh2';

import { type ExecContext, type ExecRequest, runExec } from './run-exec.ts';

/** Authentication and requests as an OpenShell sandbox answers them (openshell §2.3, §2.4). */
export function serveConnection(connection: Connection, context: ExecContext): void {
  connection.on('error', () => {});
  connection.on('authentication', (attempt) => {
    if (attempt.method === 'none' || attempt.method === 'publickey') attempt.accept();
    else attempt.reject(['none', 'publickey']);
  });
  connection.on('session', (accept, reject) => {
    if (context.faults.refuseChannels > 0) {
      context.faults.refuseChannels -= 1;
      return reject();
    }
    serveSession(accept(), (request, channel) => void runExec(request, channel, context));
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
