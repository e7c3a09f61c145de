import type { SandboxFsBridge } from './fs-bridge.ts';
import type { SandboxBackendManager } from './manager.ts';

/*
 * OpenClaw's side of a sandbox backend: what 2026.3.22 and 2026.9 both know, and what the newer ones add.
 */

/** `none`: a private workspace. `ro`: that, and the agent's own to read. `rw`: the agent's own. */
export type WorkspaceAccess = 'none' | 'ro' | 'rw';

export interface SandboxConfig {
  readonly workspaceAccess: WorkspaceAccess;
  readonly docker: {
    readonly env?: Readonly<Record<string, string>>;
    readonly binds?: readonly string[];
  };
}

export interface BackendParams {
  /** Names the runtime: equal keys share a sandbox. */
  readonly scopeKey: string;
  /** The host's half of the workspace; the agent's own where access is `rw`. */
  readonly workspaceDir: string;
  readonly agentWorkspaceDir: string;
  readonly cfg: SandboxConfig;
  /** Newer versions: its `skills` holds the skills of agents whose access is `rw`. */
  readonly skillsWorkspaceDir?: string;
  /** Newer versions: runtimes this backend already has for the scope, newest first. */
  readonly registeredRuntimeIds?: readonly string[];
  /** Newer versions: what sub-agents are given to read. */
  readonly readOnlyResourceMounts?: readonly {
    readonly hostPath: string;
    readonly containerPath: string;
  }[];
}

export interface ExecParams {
  readonly command: string;
  readonly workdir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly usePty: boolean;
}

/** A process for OpenClaw to spawn, and the word by which it says later that it ended. */
export interface ExecSpec {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdinMode: 'pipe-open' | 'pipe-closed';
  readonly finalizeToken?: unknown;
}

export interface ExecEnd {
  readonly status: 'completed' | 'failed';
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  readonly token?: unknown;
}

export interface ShellCommand {
  readonly script: string;
  readonly args?: readonly string[];
  readonly stdin?: Buffer | string;
  /** A non-zero exit resolves. */
  readonly allowFailure?: boolean;
  readonly signal?: AbortSignal;
}

export interface ShellResult {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly code: number;
}

/** Plain and mutable: OpenClaw binds methods, and newer versions replace some. */
export interface BackendHandle {
  readonly id: string;
  readonly runtimeId: string;
  readonly runtimeLabel: string;
  readonly workdir: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly configLabel: string;
  readonly configLabelKind: string;
  readonly mode: 'mirror' | 'remote';
  readonly remoteWorkspaceDir: string;
  readonly remoteAgentWorkspaceDir: string;
  readonly workdirValidation: 'backend';
  readonly workdirRoots: readonly string[];
  validateWorkdir(workdir: string): Promise<string | null>;
  buildExecSpec(params: ExecParams): Promise<ExecSpec>;
  finalizeExec(end: ExecEnd): Promise<void>;
  runShellCommand(command: ShellCommand): Promise<ShellResult>;
  createFsBridge(context: unknown): SandboxFsBridge;
  /** The sandbox's half of one host path becomes what the host's is: missing, a directory, or a file. */
  syncLocalPathToRemote(localPath: string, remotePath: string): Promise<void>;
}

export interface BackendRegistration {
  readonly factory: (params: BackendParams) => Promise<BackendHandle>;
  readonly manager: SandboxBackendManager;
  /** Newer versions; starts nothing. */
  readonly resolveWorkdir: (params: BackendParams) => string;
}

/** What OpenClaw hands to a plugin's `register`. */
export interface PluginApi {
  readonly registrationMode?: string;
  readonly pluginConfig?: unknown;
  readonly logger: {
    debug?(message: string): void;
    info(message: string): void;
    warn(message: string): void;
  };
  on?(hook: 'gateway_start', handler: () => void): void;
  /** Newer versions only. */
  readonly lifecycle?: {
    registerRuntimeLifecycle(registration: {
      readonly id: string;
      readonly cleanup: (context: {
        readonly reason: string;
        readonly sessionKey?: string;
        readonly runId?: string;
      }) => void | Promise<void>;
    }): void;
  };
}
