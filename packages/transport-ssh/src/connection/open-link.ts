import { type AnyAuthMethod, Client, type ConnectConfig } from 'ssh2';

import { type ExistingSandboxName, invariant, type SshEndpoint } from '@clamshell/core';

import type { HostKeyJudge } from '../trust/host-key-judge.ts';
import { connectionClosed, connectionLost, weakKex, windowOverrun } from './classify.ts';
import { onAbort } from './on-abort.ts';
import { drained, type Road } from './road.ts';
import { isKexStrict } from './strict-kex.ts';
import { guardWindows } from './window-guard.ts';

/** Authenticated modes first; none that prefix truncation can touch in practice (hostile-input row 84). */
const CIPHERS: NonNullable<NonNullable<ConnectConfig['algorithms']>['cipher']> = [
  'aes128-gcm@openssh.com',
  'aes256-gcm@openssh.com',
  'aes256-ctr',
  'aes128-ctr',
];

/** One authenticated SSH connection. */
export interface Link {
  readonly client: Client;
  /** The public key that the server has proven to have. */
  readonly hostKey: Uint8Array;
  /** Aborts with the TransportError that ended it, also when its owner closed it. */
  readonly gone: AbortSignal;
  /** Resolves when the tunnel takes more bytes. */
  drained(): Promise<void>;
  close(): void;
}

export interface LinkOptions {
  readonly name: ExistingSandboxName;
  readonly endpoint: SshEndpoint;
  readonly road: Road;
  readonly judge: HostKeyJudge;
  readonly methods: AnyAuthMethod[];
  readonly readyTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with the TransportError that ended it before it stood, its cause inside, or with the signal's reason. */
export function openLink(options: LinkOptions): Promise<Link> {
  const { name, road, signal, judge } = options;
  const client = new Client();
  const ending = new AbortController();
  const lose = (reason: Error) => {
    ending.abort(reason);
    road.stream.destroy();
  };
  const loseBy = (cause?: Error) => lose(connectionLost(name, cause, road.lastWords()));
  client
    .on('error', loseBy)
    .on('end', () => loseBy())
    .on('close', () => loseBy());
  return new Promise((resolve, reject) => {
    let hostKey: Uint8Array | undefined;
    const hostVerifier = (key: Buffer) => {
      const refusal = judge.refuse(key);
      if (refusal !== undefined) lose(refusal);
      hostKey ??= key;
      return refusal === undefined && key.equals(hostKey);
    };
    const forget = onAbort([signal, ending.signal], reject);
    client.once('ready', () => {
      invariant(hostKey, 'no connection stands without a host key');
      if (!isKexStrict(client)) return lose(weakKex(name));
      forget();
      // Only a socket has it; over a program's pipes nothing is held back.
      client.setNoDelay(true);
      const close = () => {
        ending.abort(connectionClosed(name));
        client.end();
      };
      resolve({ client, hostKey, gone: ending.signal, drained: () => drained(road), close });
    });
    client.connect({ ...connectConfig(options), hostVerifier });
    guardWindows(client, () => lose(windowOverrun(name)));
  });
}

/** No forwarding, and no way to log in but those of the endpoint. */
function connectConfig({ endpoint, road, readyTimeoutMs, judge, methods }: LinkOptions): ConnectConfig {
  return {
    sock: road.stream,
    username: endpoint.user,
    authHandler: methods,
    readyTimeout: readyTimeoutMs,
    algorithms: { cipher: CIPHERS, serverHostKey: judge.types },
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
  };
}
