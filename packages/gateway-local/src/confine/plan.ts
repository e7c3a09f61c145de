import type { Argv } from '@clamshell/core';

import type { SandboxPlace } from '../state/scope.ts';

export type Backend = 'bwrap' | 'unshare';

/** Everything a back-end needs to know to confine a command; a value, so that it can be tried on `true` first. */
export interface ConfinementPlan {
  readonly place: Pick<SandboxPlace, 'name' | 'files' | 'own' | 'etc' | 'lib' | 'run' | 'root'>;
  /** A Node binary of the host that the sandbox's user may read and run. */
  readonly node: string;
  /** Set where the caller is root: the host's uid and gid the sandbox has, for none in it may be root's. */
  readonly hostUser: number | undefined;
  /** What of its files it may write. */
  readonly view: FileView;
  /** Size limits of the sandbox's own memory file systems, in bytes. */
  readonly tmpBytes: number;
  readonly shmBytes: number;
  /** `prlimit` arguments. */
  readonly limits: readonly string[];
}

/** What of a sandbox's files it may write; the rest of what it sees is read-only. */
export interface FileView {
  readonly home: boolean;
  readonly tmp: boolean;
  readonly shm: boolean;
  /** Directories of its own besides, which are kept as `/sandbox` is. In order, and none inside another. */
  readonly own: readonly string[];
}

export interface ConfinedCommand {
  readonly argv: Argv;
  /** What is to be written to ARGUMENTS_FD, where the back-end reads one. */
  readonly argumentsText: string;
}

/** Descriptors of a confined start besides the standard ones; only the listener is open inside. */
export const LISTENER_FD = 3;
export const ARGUMENTS_FD = 4;
/** Where the back-end says `"child-pid": N`, the host's number for the sandbox's first process. */
export const STATUS_FD = 5;
/** A channel between Node processes, where the sandbox has a way out of its network. */
export const CHANNEL_FD = 6;

/** Where programs are looked up, on the host and inside: never the caller's own list. */
export const SYSTEM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

export const INSIDE = {
  home: '/sandbox',
  node: '/opt/clamshell/bin/node',
  binaries: '/opt/clamshell/bin',
  lib: '/opt/clamshell/lib',
  run: '/opt/clamshell/run',
  uid: 1000,
  user: 'sandbox',
} as const;
