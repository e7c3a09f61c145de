import { lstatSync } from 'node:fs';
import path from 'node:path';

import { LifecycleError } from '@clamshell/core';
import { isProcessAlive } from '@clamshell/host';

import type { GatewayHost } from './gateway-host.ts';
import { type MainEnd, type Phase, phaseOf } from '../state/phase.ts';
import { readRecord, type SandboxRecord, type Stage, writeRecord } from '../state/sandbox-record.ts';
import { appendLog, type LogLevel } from '../state/sandbox-log.ts';
import { MAIN_COMPLETED_NAME, MAIN_EXITED_NAME, type SandboxPlace } from '../state/scope.ts';

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
    phase: phaseOf(record, { isAlive: isProcessAlive, mainEnd: () => mainEndOf(place) }),
  };
}

/** Two names, and no content: what lies there may be anything, and is not opened. */
export function mainEndOf({ run }: SandboxPlace): MainEnd | undefined {
  const isThere = (name: string) => lstatSync(path.join(run, name), { throwIfNoEntry: false }) !== undefined;
  if (isThere(MAIN_EXITED_NAME)) return 'Error';
  return isThere(MAIN_COMPLETED_NAME) ? 'Completed' : undefined;
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
