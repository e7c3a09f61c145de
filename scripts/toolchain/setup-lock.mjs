import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { readText } from './survey.mjs';

const POLL_MS = 200;
/** Longer than any process needs between its two file operations below. */
const ABANDONED_MS = 10_000;

/**
 * One set-up at a time. The lock is a directory with a file per process that works under it, named `<pid>-<start time>`;
 * it is stale when none of them lives, so a killed owner's orphaned `pnpm install` still holds it.
 * @param {string} dir
 * @param {(pid: string) => void} onWait called once, when another set-up is under way
 */
export async function acquireSetupLock(dir, onWait) {
  let hasWaited = false;
  while (!tryTake(dir)) {
    const [holder] = liveHolders(dir);
    if (holder === undefined) removeStale(dir);
    else if (!hasWaited) onWait(holder);
    hasWaited ||= holder !== undefined;
    await sleep(POLL_MS);
  }
  return {
    /** Makes a child a holder too. @param {number} pid */
    share: (pid) => addHolder(dir, pid),
    release: () => fs.rmSync(dir, { recursive: true, force: true }),
  };
}

/** @param {string} dir */
function tryTake(dir) {
  if (!tryMakeDirectory(dir)) return false;
  addHolder(dir, process.pid);
  return true;
}

/** @param {string} dir @param {number} pid */
function addHolder(dir, pid) {
  fs.writeFileSync(path.join(dir, `${pid}-${startTimeOf(pid) ?? ''}`), '');
}

/** A directory without a holder counts as held while it is young: its owner may be about to sign. @param {string} dir */
function liveHolders(dir) {
  const names = listOf(dir);
  if (names?.length === 0 && ageOf(dir) < ABANDONED_MS) return ['?'];
  return (names ?? [])
    .map((name) => name.split('-'))
    .flatMap(([pid = '', start]) => (startTimeOf(pid) === start ? [pid] : []));
}

/** Judged and removed under a second lock, so that no one removes the fresh lock of who was quicker. @param {string} dir */
function removeStale(dir) {
  const guard = `${dir}.breaking`;
  if (!tryMakeDirectory(guard)) {
    if (ageOf(guard) > ABANDONED_MS) fs.rmSync(guard, { recursive: true, force: true });
    return;
  }
  if (liveHolders(dir).length === 0) fs.rmSync(dir, { recursive: true, force: true });
  fs.rmdirSync(guard);
}

/** @param {string} dir */
function tryMakeDirectory(dir) {
  try {
    fs.mkdirSync(dir);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'EEXIST') return false;
    throw error;
  }
}

/** @param {string} dir */
function listOf(dir) {
  try {
    return fs.readdirSync(dir);
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** @param {string} file */
function ageOf(file) {
  return Date.now() - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
}

/**
 * Tells a process from a later one with the same pid; `undefined` when it has ended, '' where there is no /proc.
 * @param {number | string} pid
 */
function startTimeOf(pid) {
  if (!fs.existsSync('/proc/self/stat')) return isRunning(Number(pid)) ? '' : undefined;
  const stat = readText(`/proc/${pid}/stat`);
  const [state, ...fields] = stat?.slice(stat.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' ? undefined : fields[18];
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
