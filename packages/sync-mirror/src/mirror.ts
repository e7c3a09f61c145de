import {
  type Clock,
  type HostPath,
  isClamshellError,
  type Logger,
  type MirrorPeer,
  type RemotePath,
  silentLogger,
  type SyncOptions,
  type SyncOutcome,
  type SyncPlan,
  type WorkspaceMirror,
} from '@clamshell/core';
import { acquireLock, type HostTree, openHostTree } from '@clamshell/host';

import { readJournal, removeJournal, replayJournal } from './apply/journal.ts';
import { clearStaging } from './apply/staging.ts';
import { readBase } from './base/base-file.ts';
import { takeIdentifier } from './remote/identifier.ts';
import { locateState } from './state/mount-state.ts';
import { carryOut, Ledger } from './sync/carry-out.ts';
import type { MountSync } from './sync/mount.ts';
import { observe, type Observed } from './sync/observe.ts';
import { toOutcome, toPlan } from './sync/outcome.ts';
import { Phases } from './sync/phases.ts';
import { saveBase } from './sync/save-base.ts';

export interface WorkspaceMirrorOptions {
  readonly hostRoot: HostPath;
  readonly sandboxRoot: RemotePath;
  /** Absolute; made where it is missing. Holds the base, the journal and the lock of each mount. */
  readonly stateDirectory: string;
  readonly clock: Clock;
  readonly logger?: Logger;
  /** Which side stays in place where both changed a path differently; the host when left out. */
  readonly conflicts?: 'host' | 'sandbox';
  /** 128 random bits in hexadecimal, anew at each call. */
  readonly newId: () => string;
}

/** A mirror over any shell runner: the sandbox needs sh, find, xargs, stat, sha256sum and tar, of GNU or busybox. */
export function createWorkspaceMirror(
  options: WorkspaceMirrorOptions,
): Pick<WorkspaceMirror, 'plan' | 'sync'> {
  return {
    plan: (peer, call) => withMount(options, { peer, ...call }, planMount),
    sync: (peer, call) => withMount(options, { peer, ...call }, syncMount),
  };
}

interface MountCall extends SyncOptions {
  readonly peer: MirrorPeer;
}

type MountHalt = { readonly status: 'halted'; readonly reason: 'host-root-missing'; readonly phases: [] };

/** Opens the host's root and takes the mount's lock, which is found again after a crash. */
async function withMount<Value>(
  options: WorkspaceMirrorOptions,
  { peer, direction = 'both', signal, progress }: MountCall,
  work: (sync: MountSync) => Promise<Value>,
): Promise<Value | MountHalt> {
  const {
    sandboxRoot,
    stateDirectory,
    clock,
    newId,
    logger = silentLogger,
    conflicts: winner = 'host',
  } = options;
  signal?.throwIfAborted();
  using host = openRoot(options.hostRoot);
  if (host === undefined) return { status: 'halted', reason: 'host-root-missing', phases: [] };
  const state = locateState(stateDirectory, host.root, sandboxRoot);
  await using _lock = await acquireLock(state.lock, { signal });
  const phases = new Phases(clock, progress);
  return await work({
    peer,
    host,
    sandboxRoot,
    state,
    winner,
    direction,
    clock,
    logger,
    newId,
    phases,
    signal,
  });
}

function openRoot(root: HostPath): HostTree | undefined {
  try {
    return openHostTree(root);
  } catch (error) {
    if (isClamshellError(error) && ['FILE_NOT_FOUND', 'FILE_KIND'].includes(error.code)) return undefined;
    throw error;
  }
}

async function planMount(sync: MountSync): Promise<SyncPlan> {
  const observed = await observe(sync);
  return 'halt' in observed ? { status: 'halted', reason: observed.halt } : toPlan(observed);
}

async function syncMount(sync: MountSync): Promise<SyncOutcome> {
  await recover(sync);
  const { phases } = sync;
  const observed = await observe(sync);
  if ('halt' in observed) return { status: 'halted', reason: observed.halt, phases: phases.timings };
  const ledger = new Ledger();
  await applyAndSave(sync, observed, ledger);
  return toOutcome(observed, ledger, phases.timings);
}

/** Finishes what a sync whose process was killed left behind. */
async function recover({ host, state, logger }: MountSync): Promise<void> {
  const journal = await readJournal(state.journal);
  if (journal !== undefined) {
    const base = await readBase(state.base);
    // A base of the same run was written after the commit it speaks of was complete.
    if (base?.run !== journal.run) {
      logger.info(`restoring what an interrupted sync set aside (${journal.moves.length} paths at most)`);
      replayJournal(host, journal);
    }
    await removeJournal(state.journal);
  }
  clearStaging(host);
}

async function applyAndSave(sync: MountSync, observed: Observed, ledger: Ledger): Promise<void> {
  const run = takeIdentifier(sync.newId);
  const newNonce = observed.nonce === undefined ? takeIdentifier(sync.newId) : undefined;
  try {
    await carryOut(sync, observed, { run, nonce: newNonce, ledger });
  } catch (error) {
    const { nonce } = observed;
    // What came home is agreed on even when the rest failed: else a later edit of it would pass for a conflict.
    if (nonce !== undefined && ledger.applied.size > 0) {
      await saveQuietly(sync, () => saveBase(sync, observed, { run, nonce, ledger, isWhole: false }));
    }
    throw error;
  }
  const nonce = observed.nonce ?? newNonce ?? '';
  await sync.phases.measure('base', () => saveBase(sync, observed, { run, nonce, ledger, isWhole: true }));
}

/** The failure that led here is the one to report. */
async function saveQuietly({ logger }: MountSync, save: () => Promise<void>): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    logger.warn(`the base could not be saved: ${error.message}`);
  }
}
