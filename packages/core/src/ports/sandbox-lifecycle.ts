import type { ExistingSandboxName, SandboxId, SandboxName } from '../naming/sandbox-name.ts';
import type { CallOptions } from './call-options.ts';

/** What the gateway says of a sandbox. `unknown` covers every word a newer gateway may use. */
export type SandboxPhase =
  'provisioning' | 'starting' | 'ready' | 'stopping' | 'stopped' | 'deleting' | 'error' | 'unknown';

export interface SandboxInfo {
  readonly id: SandboxId;
  readonly name: ExistingSandboxName;
  readonly phase: SandboxPhase;
  readonly labels: Readonly<Record<string, string>>;
}

/** `absent` is an answer, not an error. */
export type Observation = { readonly phase: 'absent' } | SandboxInfo;

export interface SandboxSpec {
  readonly name: SandboxName;
  /** Image, directory or catalogue word, as the gateway understands it. */
  readonly from?: string | undefined;
  /** Path of a policy file on this host. */
  readonly policy?: string | undefined;
  /** How many GPUs; none when left out. */
  readonly gpu?: number | undefined;
  /** Credential providers to attach, by name. */
  readonly providers?: readonly string[] | undefined;
  /** Whether the gateway may make missing providers from this host's own credentials; it may not when left out. */
  readonly autoProviders?: boolean | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Sandboxes of one gateway, by name.
 *
 * Calls may overlap, also on one name. An abort ends the helper process and leaves the gateway with whatever it had
 * begun, which a later `inspect` shows. `start`, `stop` and `remove` are idempotent; `create` is not: a name that is
 * taken rejects with SANDBOX_EXISTS and changes nothing. After any error every method is legal.
 */
export interface SandboxLifecycle {
  inspect(name: ExistingSandboxName, options?: CallOptions): Promise<Observation>;
  list(options?: CallOptions): Promise<readonly SandboxInfo[]>;
  /** Resolves once the gateway accepted it; the phase may still be `provisioning`. */
  create(spec: SandboxSpec, options?: CallOptions): Promise<SandboxInfo>;
  start(name: ExistingSandboxName, options?: CallOptions): Promise<void>;
  stop(name: ExistingSandboxName, options?: CallOptions): Promise<void>;
  /**
   * Resolves when the sandbox and its name are gone. Rejects with SANDBOX_ID_CHANGED, removing nothing, when the name
   * now belongs to another sandbox than `id`.
   */
  remove(sandbox: Pick<SandboxInfo, 'name' | 'id'>, options?: CallOptions): Promise<void>;
  /**
   * The last lines that the gateway has written of a sandbox, as text; missing where nobody writes any. What the sandbox
   * said may be among it, so it is hostile. Rejects with SANDBOX_NOT_FOUND.
   */
  logs?(name: ExistingSandboxName, options?: CallOptions & { readonly maxLines?: number }): Promise<string>;
}
