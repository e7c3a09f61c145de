import { chmodSync, chownSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { LifecycleError } from '@clamshell/core';

import { writeMadeUpEtc } from '../confine/made-up-etc.ts';
import { type ConfinementPlan, INSIDE } from '../confine/plan.ts';
import { chooseDialect } from '../dialect/dialect.ts';
import { planEgress } from '../policy/egress-rules.ts';
import { removeTree } from '../state/remove-tree.ts';
import type { SandboxRecord } from '../state/sandbox-record.ts';
import type { SandboxPlace } from '../state/scope.ts';
import type { SupervisorSettings } from '../supervisor/settings.ts';
import { TAG_VARIABLE } from './end-processes.ts';
import { delayMs, type GatewayHost } from './gateway-host.ts';

/** The bundle's name inside; its suffix says what it is where no package.json does. */
export const SUPERVISOR_NAME = 'supervisor.mjs';

export const SETTINGS_NAME = 'settings.json';

const DEFAULT_IDLE_MS = 600_000;

/** Makes afresh what a sandbox sees of its gateway. `files`, its own, is left alone. */
export function prepareInside(host: GatewayHost, place: SandboxPlace, hostUser: number | undefined): void {
  for (const directory of [place.etc, place.lib, place.run, place.root]) {
    removeTree(directory);
    makeDirectory(directory, 0o755);
  }
  giveTo(hostUser, place.run);
  writeMadeUpEtc(place.etc, place.name);
  copyShared(supervisorBundle(host), path.join(place.lib, SUPERVISOR_NAME));
}

/** As it lies beside the program. */
export function supervisorBundle({ script }: GatewayHost): string {
  return path.join(path.dirname(script), 'supervisor.js');
}

/** `/sandbox` itself, and what a policy has it keep besides: made once, with their owner. */
export function makeFiles(
  place: SandboxPlace,
  { view, hostUser }: Pick<ConfinementPlan, 'view' | 'hostUser'>,
): void {
  makeDirectory(place.own, 0o755);
  const own = view.own.map((_, index) => path.join(place.own, String(index)));
  for (const directory of [place.files, ...own]) {
    makeDirectory(directory, 0o755);
    giveTo(hostUser, directory);
  }
}

/** Written once the isolation is known, for without one nothing stands where it stands inside. */
export function writeSettings(
  { env: hostEnv }: GatewayHost,
  place: SandboxPlace,
  record: SandboxRecord,
): void {
  const { pieceBytes, tellsCompletion } = chooseDialect(hostEnv['OPENSHELL_LOCAL_DIALECT']);
  const { env, main, isolation, id } = record;
  const isConfined = isolation !== 'none';
  const settings: SupervisorSettings = {
    home: isConfined ? INSIDE.home : place.files,
    run: isConfined ? INSIDE.run : place.run,
    env: isConfined ? env : { ...env, [TAG_VARIABLE]: id },
    ...(main === undefined ? {} : { main, tellsCompletion }),
    ...(hasEgress(record) ? { hasEgress: true } : {}),
    ...(pieceBytes === undefined ? {} : { pieceBytes }),
    idleMs: delayMs(hostEnv['OPENSHELL_LOCAL_IDLE_MS']) || DEFAULT_IDLE_MS,
  };
  const file = path.join(place.lib, SETTINGS_NAME);
  writeFileSync(file, JSON.stringify(settings));
  chmodSync(file, 0o644);
}

/** Whether its policy lets it out of its network at all. */
export function hasEgress({ policy }: Pick<SandboxRecord, 'policy'>): boolean {
  return policy !== undefined && planEgress(policy).length > 0;
}

/** A user namespace around the caller may have no uid but root's, and that one no sandbox gets. */
function giveTo(hostUser: number | undefined, directory: string): void {
  if (hostUser === undefined) return;
  try {
    chownSync(directory, hostUser, hostUser);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EINVAL')) throw cause;
    const message = `isolation is not available: uid ${hostUser} is not mapped in this user namespace`;
    throw new LifecycleError('ISOLATION_UNAVAILABLE', message, { cause });
  }
}

function makeDirectory(directory: string, mode: number): void {
  mkdirSync(directory);
  chmodSync(directory, mode);
}

function copyShared(from: string, to: string): void {
  copyFileSync(from, to);
  chmodSync(to, 0o644);
}
