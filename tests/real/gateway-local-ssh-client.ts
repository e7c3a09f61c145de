import type { ChildProcess } from 'node:child_process';
import { Duplex } from 'node:stream';

import { Client, type ClientChannel, type ConnectConfig } from 'ssh2';

export interface CommandResult {
  /** `undefined` when the channel closed without a status. */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

export interface SshConnection extends Disposable {
  readonly client: Client;
  /** Opens a channel and leaves it to the caller; what a quick command says of its end is lost. */
  open(command: string): Promise<ClientChannel>;
  /** Runs a command to its end. */
  exec(command: string, input?: Uint8Array | string): Promise<CommandResult>;
  /** stdout as text without the last newline, whatever the status. */
  text(command: string): Promise<string>;
}

/** An SSH connection over the stdio of a proxy command. Rejects with what the proxy has said when there is none. */
export async function connectThrough(
  proxy: ChildProcess,
  config: ConnectConfig = {},
): Promise<SshConnection> {
  let said = '';
  proxy.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  const sock = Duplex.from({ readable: proxy.stdout, writable: proxy.stdin } as never);
  sock.on('error', () => {});
  const client = new Client();
  // What comes after the first is the echo of an end that is known by then.
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client
      .once('ready', resolve)
      .once('error', (error) => reject(new TypeError(`${error.message}: ${said}`)));
    client.connect({ sock, username: 'anyone', hostVerifier: () => true, ...config });
  });
  return connectionOf(client);
}

function connectionOf(client: Client): SshConnection {
  const open = (command: string) =>
    new Promise<ClientChannel>((resolve, reject) => {
      client.exec(command, (error, channel) => (error ? reject(error) : resolve(channel)));
    });
  const exec = (command: string, input: Uint8Array | string = '') =>
    new Promise<CommandResult>((resolve, reject) => {
      // Listened to at once: a whole short reply comes with the word that the channel is open.
      client.exec(command, (error, channel) => {
        if (error) return reject(error);
        resolve(collectChannel(channel));
        channel.end(input);
      });
    });
  return {
    client,
    open,
    exec,
    text: async (command) => (await exec(command)).stdout.toString().replace(/\n$/, ''),
    [Symbol.dispose]: () => void client.end(),
  };
}

/** Legal only in the callback that brings the channel, or while the command waits for something. */
export function collectChannel(channel: ClientChannel): Promise<CommandResult> {
  const [stdout, stderr]: Buffer[][] = [[], []];
  let code: number | undefined;
  channel.on('data', (chunk: Buffer) => stdout?.push(chunk));
  channel.stderr.on('data', (chunk: Buffer) => stderr?.push(chunk));
  channel.on('exit', (status: number) => (code = status));
  return new Promise((resolve) => {
    channel.on('close', () =>
      resolve({ code, stdout: Buffer.concat(stdout ?? []), stderr: Buffer.concat(stderr ?? []) }),
    );
  });
}
