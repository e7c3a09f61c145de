import {
  type Clock,
  gatewayEnvironment,
  isClamshellError,
  type ExistingSandboxName,
  type SshEndpointSource,
  type TransportConnector,
} from '@clamshell/core';

import { connectionFailed } from './connection/classify.ts';
import { openLink } from './connection/open-link.ts';
import { type ProxyProcess, startProxy } from './connection/proxy-process.ts';
import { createTransport } from './create-transport.ts';

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

/** Connections over SSH, each through a proxy command of its own. */
export function createSshConnector(options: SshConnectorOptions): TransportConnector {
  const {
    endpoints,
    clock,
    readyTimeoutMs = DEFAULT_TIMEOUT_MS,
    startTimeoutMs = DEFAULT_TIMEOUT_MS,
  } = options;
  const env = gatewayEnvironment(options.env);
  return {
    async connect(name, { signal } = {}) {
      signal?.throwIfAborted();
      const endpoint = await endpoints.resolve(name, { signal });
      signal?.throwIfAborted();
      const proxy = startProxy({ command: endpoint.proxyCommand, env, clock });
      try {
        const link = await openLink({ name, endpoint, proxy, readyTimeoutMs, signal });
        return createTransport({ link, proxy, endpoint, env, clock, startTimeoutMs });
      } catch (cause) {
        await proxy.end(FAILED_PATIENCE_MS);
        signal?.throwIfAborted();
        throw asConnectionFailure(name, cause, proxy);
      }
    },
  };
}

function asConnectionFailure(name: ExistingSandboxName, cause: unknown, proxy: ProxyProcess): Error {
  const root = isClamshellError(cause) ? cause.cause : cause;
  return connectionFailed(name, root, proxy.lastWords());
}
