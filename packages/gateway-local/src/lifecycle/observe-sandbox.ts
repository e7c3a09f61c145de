import { lstatSync } from 'node:fs';
import path from 'node:path';

import { LifecycleError } from '@clamshell/core';
import { isProcessAlive } from '@clamshell/host';

import type { GatewayHost } from './gateway-host.ts';
import { type Phase, phaseOf } from '../state/phase.ts';
import { readRecord, type SandboxRecord, type Stage, writeRecord } from '../state/sandbox-record.ts';
import { appendLog, type LogLevel } from '../state/sandbox-log.ts';
import { MAIN_EXITED_NAME, type SandboxPlace } from '../state/scope.ts';

export interface SandboxView {
  readonly record: SandboxRecord;
  readonly phase: Phase;
}

/** Rejects with SANDBOX_NOT_FOUND. */
export async function observeSandbox(place: SandboxPlace): Promise<SandboxView> {
  const record = await readRecord(place.record);
  if (record === undefined) throw new LifecycleError('SANDBOX_NOT_FOUND', 'sandbox not found');
  return viewOf(place, record);
}

export function viewOf(place: SandboxPlace, record: SandboxRecord): SandboxView {
  return {
    record,
    phase: phaseOf(record, { isAlive: isProcessAlive, hasMainExited: () => hasMainExited(place) }),
  };
}

export function hasMainExited(place: SandboxPlace): boolean {
  return lstatSync(path.join(place.run, MAIN_EXITED_NAME), { throwIfNoEntry: false }) !== undefined;
}

/** A line in the sandbox's log. */
export function note(
  { now }: Pick<GatewayHost, 'now'>,
  place: SandboxPlace,
  [level, text]: readonly [LogLevel, string],
): void {
  appendLog(place.log, { time: now(), level, source: 'gateway', text });
}

/** Legal only under the sandbox's lock. */
export function setStage(place: SandboxPlace, record: SandboxRecord, stage: Stage): Promise<SandboxRecord> {
  return writeRecord(place.record, { ...record, stage, version: record.version + 1 });
}
