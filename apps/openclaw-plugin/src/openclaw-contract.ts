/*
 * OpenClaw's side of a sandbox backend, as far as this package speaks it (openclaw §1.7). Written down here because
 * OpenClaw 9.6 ships no types for it; the shapes hold for 3.22 too.
 */

/** A row of OpenClaw's registry of sandboxes. */
export interface RuntimeEntry {
  /** The runtime's id: for this backend the sandbox's name. */
  readonly containerName: string;
  readonly backendId: string;
  readonly runtimeLabel: string;
  /** The scope key the runtime belongs to. */
  readonly sessionKey: string;
  readonly createdAtMs: number;
  readonly lastUsedAtMs: number;
  /** The configuration label the runtime was made with. */
  readonly image: string;
  readonly configLabelKind?: string;
  readonly configHash?: string;
  readonly workspaceDir?: string;
}

/** OpenClaw's whole configuration, of which only this plugin's own entry is read. */
export interface OpenClawConfig {
  readonly plugins?: {
    readonly entries?: Readonly<Record<string, { readonly config?: unknown } | undefined>>;
  };
}

export interface RuntimeRequest {
  readonly entry: RuntimeEntry;
  readonly config: OpenClawConfig;
  readonly agentId?: string;
}

export interface RuntimeDescription {
  readonly running: boolean;
  readonly actualConfigLabel?: string;
  readonly configLabelMatch: boolean;
}

/** Calls may overlap. OpenClaw gives no signal and no deadline. */
export interface SandboxBackendManager {
  /** Never rejects: `openclaw sandbox list` shows what it can. */
  describeRuntime(request: RuntimeRequest): Promise<RuntimeDescription>;
  /** Idempotent: a runtime that is gone was removed. OpenClaw 9.x keeps its row when this rejects. */
  removeRuntime(request: RuntimeRequest): Promise<void>;
}
