import type { Writable } from 'node:stream';

import ssh2 from 'ssh2';

import { openTunnel } from '../proxy/ssh-proxy.ts';
import type { SandboxPlace } from '../state/scope.ts';

/** An SSH connection to a Ready sandbox, ended by its disposal. */
export interface SandboxConnection extends Disposable {
  readonly client: ssh2.Client;
  /** Where complaints of the sandbox's own programs go. */
  readonly stderr: Writable;
}

/** Rejects as `ssh-proxy` does: no such sandbox, not Ready, or no place for another connection. */
export async function connectSandbox(place: SandboxPlace, stderr: Writable): Promise<SandboxConnection> {
  const sock = await openTunnel(place);
  // The tunnel may be closed in one direction only; a connection is over then.
  sock.once('end', () => sock.end());
  const client = new ssh2.Client();
  // What comes after the first is the echo of an end that is known by then.
  client.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject);
    client.connect({ sock, username: 'sandbox', hostVerifier: () => true });
  });
  return {
    client,
    stderr,
    [Symbol.dispose]() {
      client.end();
      sock.destroy();
    },
  };
}
