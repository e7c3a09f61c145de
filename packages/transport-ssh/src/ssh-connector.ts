import {
  type Clock,
  gatewayEnvironment,
  invariant,
  isClamshellError,
  type ExistingSandboxName,
  type SshEndpoint,
  type SshEndpointSource,
  type TransportConnector,
} from '@clamshell/core';

import { connectionFailed, loginRefused } from './connection/classify.ts';
import { dialAddress } from './connection/dial-address.ts';
import { loginMethods } from './connection/login-methods.ts';
import { openLink } from './connection/open-link.ts';
import { startProxy } from './connection/proxy-process.ts';
import type { Road } from './connection/road.ts';
import { createTransport, type SshTransport } from './create-transport.ts';
import { openHostKeyJudge } from './trust/host-key-judge.ts';

export interface SshConnectorOptions {
  readonly endpoints: SshEndpointSource;
  /** The host's environment, of which the proxy command sees an allow-listed part. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** From the start of the proxy command to an authenticated connection; 30 s when left out (openshell §2.2). */
  readonly readyTimeoutMs?: number | undefined;
  /** From asking for a command to its first sign of life; 30 s when left out. */
  readonly startTimeoutMs?: number | undefined;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/** How long a tunnel may take to end by itself after it failed to connect. */
const FAILED_PATIENCE_MS = 100;

/** Connections over SSH, each by a road of its own: a proxy command, or the address itself. */
export function createSshConnector(options: SshConnectorOptions): TransportConnector {
  const { endpoints, ...settings } = options;
  return {
    async connect(name, { signal } = {}) {
      signal?.throwIfAborted();
      const endpoint = await endpoints.resolve(name, { signal });
      return (await connectEndpoint(settings, { name, endpoint, signal })).transport;
    },
  };
}

export type ConnectSettings = Omit<SshConnectorOptions, 'endpoints'>;

interface Connecting {
  readonly name: ExistingSandboxName;
  readonly endpoint: SshEndpoint;
  readonly signal?: AbortSignal | undefined;
}

export interface ConnectedEndpoint {
  readonly transport: SshTransport;
  readonly hostKey: Uint8Array;
}

export async function connectEndpoint(
  settings: ConnectSettings,
  { name, endpoint, signal }: Connecting,
): Promise<ConnectedEndpoint> {
  const { clock, readyTimeoutMs = DEFAULT_TIMEOUT_MS, startTimeoutMs = DEFAULT_TIMEOUT_MS } = settings;
  signal?.throwIfAborted();
  const env = environmentFor(endpoint, settings.env);
  const [judge, methods] = await Promise.all([openHostKeyJudge(name, endpoint), loginMethods(endpoint)]);
  const road = takeRoad(endpoint, env, clock);
  try {
    const link = await openLink({ name, endpoint, road, judge, methods, readyTimeoutMs, signal });
    const transport = createTransport({ link, road, endpoint, env, clock, startTimeoutMs });
    return { transport, hostKey: link.hostKey };
  } catch (cause) {
    await road.end(FAILED_PATIENCE_MS);
    signal?.throwIfAborted();
    throw asConnectionFailure(name, cause, road);
  }
}

function takeRoad(endpoint: SshEndpoint, env: Readonly<Record<string, string>>, clock: Clock): Road {
  const { proxyCommand: command } = endpoint;
  if (command !== undefined) return startProxy({ command, env, clock });
  invariant('address' in endpoint, 'an endpoint without a command has an address');
  return dialAddress({ address: endpoint.address, clock });
}

/** A jump to a plain host may need the user's agent; a gateway's tool never does. */
function environmentFor({ hostKey }: SshEndpoint, env: ConnectSettings['env']): Record<string, string> {
  const agent = hostKey === 'tunnel-trusted' ? undefined : env['SSH_AUTH_SOCK'];
  return { ...gatewayEnvironment(env), ...(agent !== undefined && { SSH_AUTH_SOCK: agent }) };
}

function asConnectionFailure(name: ExistingSandboxName, cause: unknown, road: Road): Error {
  if (isClamshellError(cause) && cause.code.startsWith('HOST_')) return cause;
  const root = isClamshellError(cause) ? cause.cause : cause;
  if ((root as { readonly level?: unknown } | undefined)?.level === 'client-authentication')
    return loginRefused(name, root);
  return connectionFailed(name, root, road.lastWords());
}
