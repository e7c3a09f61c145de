/*
 * OpenClaw's registry of runtimes: the same in every version so far.
 */

/** A row of the registry. */
export interface RuntimeEntry {
  /** The runtime's id: for this backend the sandbox's name. */
  readonly containerName: string;
  /** The scope key the runtime belongs to. */
  readonly sessionKey: string;
  /** The configuration label the runtime was made with. */
  readonly image: string;
  /** Newer versions only. */
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
}

export interface RuntimeDescription {
  readonly running: boolean;
  readonly actualConfigLabel?: string;
  readonly configLabelMatch: boolean;
}

/** Calls may overlap. OpenClaw gives no signal and no deadline. */
export interface SandboxBackendManager {
  /** Never rejects: one that does takes the whole of `openclaw sandbox list` with it. */
  describeRuntime(request: RuntimeRequest): Promise<RuntimeDescription>;
  /** Idempotent: a runtime that is gone was removed. Newer versions keep the row when this rejects. */
  removeRuntime(request: RuntimeRequest): Promise<void>;
}
