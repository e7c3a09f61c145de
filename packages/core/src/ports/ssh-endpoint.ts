import type { Argv } from '../command/quote.ts';
import type { ExistingSandboxName } from '../naming/sandbox-name.ts';
import type { CallOptions } from './call-options.ts';

/** How to reach a sandbox's SSH server. Holds no secret. */
export interface SshEndpoint {
  /** Joins its stdin and stdout to the server; spawned as it is, never through a shell. */
  readonly proxyCommand: Argv;
  readonly user: string;
  /**
   * How the host key is judged. `tunnel-trusted`: any key, because the proxy command is an authenticated tunnel to
   * exactly this sandbox, whose key is new at every start (openshell §2.3).
   */
  readonly hostKey: 'tunnel-trusted';
}

/**
 * Names to endpoints. Calls may overlap; an abort ends the helper process; idempotent; legal again after any error.
 * Resolving says nothing about whether the sandbox exists or is ready.
 */
export interface SshEndpointSource {
  resolve(name: ExistingSandboxName, options?: CallOptions): Promise<SshEndpoint>;
}
