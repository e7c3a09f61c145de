import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, readlinkSync, unlinkSync, writeFileSync } from 'node:fs';

import { errnoOf } from '../errors/classify.ts';
import { identifyProcess, isProcessAlive, type ProcessIdentity } from '../process/identity.ts';

/** What a lock file holds: who made it, and a token that no other lock has. */
interface LockRecord extends ProcessIdentity {
  /** In another one, pids mean other processes; empty where the system does not tell. */
  readonly pidNamespace: string;
  readonly token: string;
}

/** The text of a lock file for this process, unlike any other. */
export function newLockText(): string {
  const self = identifyProcess(process.pid) ?? { pid: process.pid, startTime: '', bootId: '' };
  const record: LockRecord = { ...self, pidNamespace: readPidNamespace(), token: randomUUID() };
  return `${JSON.stringify(record)}\n`;
}

/** The text of the lock file; `undefined` when there is none. */
export function readLock(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * False when `file` exists. It appears with its whole text at once, so nobody ever sees one half written. In one
 * synchronous step, since a kill in its midst leaves a temporary file behind.
 */
export function createLock(file: string, text: string): boolean {
  const temporary = `${file}.${randomUUID()}.tmp`;
  writeFileSync(temporary, text, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    removeQuietly(temporary);
  }
}

/** Litter harms nobody; a lock that is held and not known to be would. */
function removeQuietly(temporary: string): void {
  try {
    unlinkSync(temporary);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** Removes `file` if it is still the lock with this text. */
export function removeLock(file: string, text: string): void {
  if (readLock(file) === text) unlinkSync(file);
}

/**
 * True when the maker of the lock can't be running any more: it is dead, or of another boot. A text that is none of
 * ours is what a loss of power leaves of one. A maker in another pid namespace can't be judged and may live.
 */
export function isStale(text: string): boolean {
  const record = parseRecord(text);
  if (record === undefined) return true;
  const self = identifyProcess(process.pid);
  const isForeign = record.bootId === self?.bootId && record.pidNamespace !== readPidNamespace();
  return !isForeign && !isProcessAlive(record);
}

/** The pid in a lock's text, for a message. */
export function holderOf(text: string): number | undefined {
  return parseRecord(text)?.pid;
}

function parseRecord(text: string): LockRecord | undefined {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { pid, startTime, bootId, pidNamespace, token } = parsed as Readonly<Record<string, unknown>>;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return undefined;
  if (typeof startTime !== 'string' || typeof bootId !== 'string') return undefined;
  if (typeof pidNamespace !== 'string' || typeof token !== 'string') return undefined;
  return { pid, startTime, bootId, pidNamespace, token };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readPidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
}
