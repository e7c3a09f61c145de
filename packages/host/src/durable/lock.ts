import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { FsError } from '@clamshell/core';

import { classify } from '../errors/classify.ts';
import { ensureDirectory } from './durable-directory.ts';
import { createLock, holderOf, isStale, newLockText, readLock, removeLock } from './lock-record.ts';
import { takeTurn } from './turn.ts';

export interface LockOptions {
  /** An abort rejects with `signal.reason`, untouched. */
  readonly signal?: AbortSignal | undefined;
  /** Rejects with WORKSPACE_LOCKED after this long, 0 after one try; left out, waits until aborted. */
  readonly maxWaitMs?: number | undefined;
}

const LONGEST_TIMER_MS = 2 ** 31 - 1;
const LONGEST_PAUSE_MS = 25;
/** Each level is the trace of a process killed within the few system calls of a takeover of the level before. */
const MAX_TAKEOVER_DEPTH = 8;

/**
 * Waits until no other process, and nobody in this one, holds the lock `file`, and takes it: from then on it exists,
 * until the result is disposed of. Callers in one process get it in the order they asked. Not reentrant. A lock whose
 * holder was killed, or of another boot, is taken over. A file system that several machines mount is not supported;
 * a holder in another pid namespace (a container) is waited for even after its death. Makes missing directories
 * (0700). Throws FsErrors, WORKSPACE_LOCKED among them.
 */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<AsyncDisposable> {
  options.signal?.throwIfAborted();
  const place = path.resolve(file);
  const signal = limitWait(options);
  try {
    const endTurn = await takeTurn(place, signal);
    try {
      await ensureDirectory(path.dirname(place));
      return heldLock(place, await lockFile({ file: place, depth: 0, signal }), endTurn);
    } catch (error) {
      endTurn();
      throw error;
    }
  } catch (error) {
    if (options.signal?.aborted === true) throw options.signal.reason;
    throw signal.aborted && error === signal.reason
      ? locked(place)
      : classify(error, { doing: 'lock', path: file });
  }
}

function limitWait({ signal, maxWaitMs }: LockOptions): AbortSignal {
  const timeouts =
    maxWaitMs === undefined ? [] : [AbortSignal.timeout(Math.min(maxWaitMs, LONGEST_TIMER_MS))];
  return AbortSignal.any(signal === undefined ? timeouts : [signal, ...timeouts]);
}

function heldLock(file: string, text: string, endTurn: () => void): AsyncDisposable {
  let isHeld = true;
  return {
    async [Symbol.asyncDispose]() {
      if (!isHeld) return;
      isHeld = false;
      try {
        removeLock(file, text);
      } catch (error) {
        abandoned.add(text);
        throw classify(error, { doing: 'unlock', path: file });
      } finally {
        endTurn();
      }
    },
  };
}

/** Locks of this process that could not be removed when they were given up. */
const abandoned = new Set<string>();

interface Wanted {
  readonly file: string;
  readonly depth: number;
  readonly signal: AbortSignal;
}

/** Resolves with the text of the lock file it made. */
async function lockFile(wanted: Wanted): Promise<string> {
  const mine = newLockText();
  for (let pauseMs = 1; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const held = readLock(wanted.file);
    if (held === undefined) {
      if (createLock(wanted.file, mine)) return mine;
    } else if (abandoned.has(held) || isStale(held)) {
      await takeOver(wanted, held);
    } else {
      await pause(pauseMs, wanted.signal);
    }
  }
}

/**
 * Removes a dead holder's lock, if it is still there. Only who holds the lock's own takeover lock may do that, so that
 * nobody removes the lock of one who was quicker: while a dead holder's lock stands, nobody else changes it.
 */
async function takeOver({ file, depth, signal }: Wanted, stale: string): Promise<void> {
  if (depth === MAX_TAKEOVER_DEPTH) throw locked(file);
  const guard = `${file}.takeover`;
  const mine = await lockFile({ file: guard, depth: depth + 1, signal });
  try {
    removeLock(file, stale);
  } finally {
    removeLock(guard, mine);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    // An AbortError of the timer; the reason is the caller's own.
    signal.throwIfAborted();
  }
}

function locked(file: string): FsError {
  const pid = holderOf(readLock(file) ?? '');
  const holder = pid === undefined ? 'another caller' : `process ${pid}`;
  return new FsError('WORKSPACE_LOCKED', `${holder} holds the lock ${file}`, {
    hint: 'Wait for it to end. If it is certain that nobody works there, remove the lock file.',
    context: pid === undefined ? { file } : { file, pid },
  });
}
