import type { Argv } from '../command/quote.ts';
import type { ExistingSandboxName } from '../naming/sandbox-name.ts';
import type { CallOptions } from './call-options.ts';

/** A sandbox behind an authenticated tunnel that leads to it alone. Any host key: it is new at every start (openshell §2.3). */
export interface TunnelEndpoint {
  /** Joins its stdin and stdout to the server; spawned as it is, never through a shell. */
  readonly proxyCommand: Argv;
  readonly user: string;
  readonly hostKey: 'tunnel-trusted';
}

/** A machine whose SSH server has to show who it is, and wants to know who comes. */
export interface HostEndpoint {
  /** What leads there; the address itself where it is missing. */
  readonly proxyCommand?: Argv | undefined;
  readonly address: { readonly host: string; readonly port: number };
  readonly user: string;
  readonly hostKey: KnownHosts | PinnedKeys;
  /** Files of private keys to log in with; what is missing or encrypted is passed over. */
  readonly identities: readonly string[];
  /** Socket of the SSH agent whose keys are offered too. It is never forwarded. */
  readonly agent?: string | undefined;
}

/** The key stands in one of these files, as OpenSSH keeps them. */
export interface KnownHosts {
  readonly policy: 'known-hosts';
  readonly files: readonly string[];
  /** What the host is called there. */
  readonly name: string;
}

/** The key is one of these: `SHA256:…`, as `ssh-keygen -l` prints it. */
export interface PinnedKeys {
  readonly policy: 'pinned';
  readonly fingerprints: readonly string[];
}

/** How to reach a sandbox's SSH server, and how its host key is judged: named, and never left open. Holds no secret. */
export type SshEndpoint = TunnelEndpoint | HostEndpoint;

/**
 * Names to endpoints. Calls may overlap; an abort ends the helper process; idempotent; legal again after any error.
 * Resolving says nothing about whether the sandbox exists or is ready.
 */
export interface SshEndpointSource<Endpoint extends SshEndpoint = SshEndpoint> {
  resolve(name: ExistingSandboxName, options?: CallOptions): Promise<Endpoint>;
}
