import type { Connection, ServerChannel, Session } from 'ssh2';

import { serveCommand } from './serve-command.ts';
import type { RunningCommand } from './spawn-command.ts';

/** Starts a command line through a login shell, or a plain shell that reads its commands from stdin. */
export interface CommandStarter {
  run(commandLine: string): Promise<RunningCommand>;
  shell(): Promise<RunningCommand>;
  /** Outputs are sent in pieces of this size; as they come when left out. */
  readonly pieceBytes: number | undefined;
}

const SFTP_SERVER = '/usr/lib/openssh/sftp-server';

/** Answers the requests of one session channel as openshell §2.4 lists them. */
export function serveSession(session: Session, client: Connection, starter: CommandStarter): void {
  const closed = new Promise<void>((resolve) => {
    const settle = () => {
      client.off('close', settle);
      resolve();
    };
    session.once('close', settle);
    client.once('close', settle);
  });
  const serve = (channel: ServerChannel, starting: Promise<RunningCommand>) => {
    channel.on('error', () => {});
    starting
      .then((command) => serveCommand(channel, command, { closed, pieceBytes: starter.pieceBytes }))
      // A command that can't be started costs the whole connection (openshell §2.5).
      .catch(() => client.end());
  };
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    // An empty command succeeds, and then nothing ever happens.
    if (command.trim() !== '') serve(channel, starter.run(command.trim()));
  });
  session.on('shell', (accept) => serve(accept(), starter.shell()));
  session.on('subsystem', (accept, reject, { name }) => {
    if (name === 'sftp') serve(accept(), starter.run(SFTP_SERVER));
    else reject?.();
  });
  session.on('env', (accept) => accept?.());
  session.on('signal', (accept) => accept?.());
  session.on('pty', (_accept, reject) => reject?.());
}
