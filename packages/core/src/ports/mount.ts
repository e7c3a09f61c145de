import type { HostPath, RemotePath } from '../paths/paths.ts';

/** One pair of roots. A session has one or more; `resolveMounts` says which of them may lie inside another. */
export interface Mount {
  readonly host: HostPath;
  readonly sandbox: RemotePath;
  /** `push`: the host's half is the truth, and nothing comes back. */
  readonly direction: 'both' | 'push';
  /** True where file bridges must not write below it. */
  readonly readOnly: boolean;
  /** Patterns beside the protected-path table, in gitignore syntax: what the sandbox changes there stays there. */
  readonly protect: readonly string[];
}
