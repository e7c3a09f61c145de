import {
  type CallOptions,
  type Clock,
  type HostPath,
  isClamshellError,
  type Logger,
  PROTECT_GROUPS,
  type ProtectGroup,
  type RemotePath,
  silentLogger,
  withDeadline,
} from '@clamshell/core';
import { acquireLock, type HostTree, openHostTree } from '@clamshell/host';

import { makeMatcher, readIgnores } from '../exclude/ignores.ts';
import { locateState } from '../state/mount-state.ts';
import type { UndoBudget } from '../undo/prune.ts';
import type { HostMount } from './mount.ts';
import { Phases } from './phases.ts';

export interface WorkspaceMirrorOptions {
  readonly hostRoot: HostPath;
  readonly sandboxRoot: RemotePath;
  /** Absolute; made where it is missing. Holds the base, the journal, the lock and the records of each mount. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Which side stays in place where both changed a path differently; the host when left out. */
  readonly conflicts?: 'host' | 'sandbox';
  /** What is left alone, in gitignore syntax, beside the host’s `.clamshellignore`. */
  readonly exclude?: readonly string[];
  /** Leaves alone what the workspace’s `.gitignore` files name; false when left out. */
  readonly useGitignore?: boolean;
  /** What the sandbox changes there stays there, in gitignore syntax, beside the table of protected paths. */
  readonly protect?: readonly string[];
  /** Which groups of that table hold; all when left out. */
  readonly protectGroups?: readonly ProtectGroup[];
  /** How much of what was replaced or removed is kept on the host: 100 runs and 2 GiB when left out. */
  readonly undo?: UndoBudget;
  /** The most that `save` may take; 16 GiB when left out. */
  readonly maxSavedBytes?: number;
  /** 128 random bits in hexadecimal, anew at each call. */
  readonly newId: () => string;
}

const UNDO_BUDGET: UndoBudget = { maxRuns: 100, maxBytes: 2 * 1024 ** 3 };

/** Why a mount can’t be worked on at all. */
export type RootFault = 'host-root-missing' | 'host-root-not-a-directory';

/** Opens the host’s root and takes the mount’s lock, which is found again after a crash. */
export async function withMount<Value>(
  options: WorkspaceMirrorOptions,
  call: CallOptions,
  work: (mount: HostMount | RootFault) => Promise<Value>,
): Promise<Value> {
  return withDeadline(options.clock, call, (bound) => openMount(options, bound, work));
}

async function openMount<Value>(
  options: WorkspaceMirrorOptions,
  { signal, progress }: CallOptions,
  work: (mount: HostMount | RootFault) => Promise<Value>,
): Promise<Value> {
  const root = openRoot(options.hostRoot);
  if (typeof root === 'string') return work(root);
  using host = root;
  const { sandboxRoot, stateDirectory, clock, newId, logger = silentLogger } = options;
  const state = locateState(stateDirectory, host.root, sandboxRoot);
  await using _lock = await acquireLock(state.lock, { signal });
  return await work({
    host,
    sandboxRoot,
    state,
    winner: options.conflicts ?? 'host',
    protect: { groups: options.protectGroups ?? PROTECT_GROUPS, matches: makeMatcher(options.protect ?? []) },
    ignores: readIgnores(host, options.exclude ?? []),
    useGitignore: options.useGitignore ?? false,
    undoBudget: options.undo ?? UNDO_BUDGET,
    clock,
    logger,
    newId,
    phases: new Phases(clock, progress),
    signal,
  });
}

function openRoot(root: HostPath): HostTree | RootFault {
  try {
    return openHostTree(root);
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    if (error.code === 'FILE_NOT_FOUND') return 'host-root-missing';
    if (error.code === 'FILE_KIND') return 'host-root-not-a-directory';
    throw error;
  }
}
