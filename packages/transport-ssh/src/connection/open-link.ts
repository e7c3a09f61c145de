import { Client, type ConnectConfig } from 'ssh2';

import { assertNever, type ExistingSandboxName, type SshEndpoint } from '@clamshell/core';

import { connectionClosed, connectionLost, weakKex, windowOverrun } from './classify.ts';
import { onAbort } from './on-abort.ts';
import type { ProxyProcess } from './proxy-process.ts';
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
  /** Aborts with the TransportError that ended it, also when its owner closed it. */
  readonly gone: AbortSignal;
  /** Resolves when the tunnel takes more bytes. */
  drained(): Promise<void>;
  close(): void;
}

export interface LinkOptions {
  readonly name: ExistingSandboxName;
  readonly endpoint: SshEndpoint;
  readonly proxy: ProxyProcess;
  readonly readyTimeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Rejects with the TransportError that ended it before it stood, its cause inside, or with the signal's reason. */
export function openLink(options: LinkOptions): Promise<Link> {
  const { name, proxy, signal } = options;
  const client = new Client();
  const ending = new AbortController();
  const lose = (reason: Error) => {
    ending.abort(reason);
    proxy.stream.destroy();
  };
  const link: Link = {
    client,
    gone: ending.signal,
    drained: () => proxy.stream.drained(),
    close: () => {
      ending.abort(connectionClosed(name));
      client.end();
    },
  };
  const loseBy = (cause?: Error) => lose(connectionLost(name, cause, proxy.lastWords()));
  client
    .on('error', loseBy)
    .on('end', () => loseBy())
    .on('close', () => loseBy());
  return new Promise((resolve, reject) => {
    const forget = onAbort([signal, ending.signal], reject);
    client.once('ready', () => {
      if (!isKexStrict(client)) return lose(weakKex(name));
      forget();
      // Only a socket has it; over a program's pipes nothing is held back.
      client.setNoDelay(true);
      resolve(link);
    });
    client.connect(connectConfig(options));
    guardWindows(client, () => lose(windowOverrun(name)));
  });
}

/** No agent, no forwarding, no other authentication than the tunnel's own. */
function connectConfig({ endpoint, proxy, readyTimeoutMs }: LinkOptions): ConnectConfig {
  return {
    sock: proxy.stream,
    username: endpoint.user,
    authHandler: ['none'],
    hostVerifier: hostVerifierFor(endpoint.hostKey),
    readyTimeout: readyTimeoutMs,
    algorithms: { cipher: CIPHERS },
    keepaliveInterval: 15_000,
    keepaliveCountMax: 3,
  };
}

function hostVerifierFor(hostKey: SshEndpoint['hostKey']): () => boolean {
  switch (hostKey) {
    case 'tunnel-trusted':
      return () => true;
    default:
      return assertNever(hostKey);
  }
}
