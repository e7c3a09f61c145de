import { rm } from 'node:fs/promises';
import path from 'node:path';

import { type ExistingSandboxName, parseHostPath } from '@clamshell/core';
import { readTextFile, writeFileAtomic } from '@clamshell/host';

import type { HostPlaces } from '../backend/plan-mounts.ts';

/** What a runtime's removal has to know of it, which OpenClaw's older registry does not. */
export interface ScopeRecord extends HostPlaces {
  readonly scopeKey: string;
  /** The OpenClaw whose registry holds it, by its state directory. */
  readonly openclawState: string | undefined;
}

/** Durable, one record a sandbox. Calls may overlap; idempotent. */
export interface ScopeStore {
  remember(name: ExistingSandboxName, record: ScopeRecord): Promise<void>;
  recall(name: ExistingSandboxName): Promise<ScopeRecord | undefined>;
  forget(name: ExistingSandboxName): Promise<void>;
}

export function createScopeStore(directory: string): ScopeStore {
  // Names of older versions hold dots, but never a slash.
  const fileOf = (name: ExistingSandboxName) => path.join(directory, `${path.basename(name)}.json`);
  return {
    async remember(name, record) {
      const text = `${JSON.stringify(record)}\n`;
      if ((await readTextFile(fileOf(name))) !== text) await writeFileAtomic(fileOf(name), text);
    },
    async recall(name) {
      const text = await readTextFile(fileOf(name));
      return text === undefined ? undefined : parseRecord(text);
    },
    async forget(name) {
      await rm(fileOf(name), { force: true });
    },
  };
}

/** `undefined` for what no version wrote. */
function parseRecord(text: string): ScopeRecord | undefined {
  try {
    const { scopeKey, access, skillsWorkspace, openclawState, ...rest } = JSON.parse(text) as Record<
      string,
      string
    >;
    return {
      scopeKey: String(scopeKey),
      openclawState,
      access: access === 'rw' || access === 'ro' ? access : 'none',
      workspace: parseHostPath(String(rest['workspace'])),
      agentWorkspace: parseHostPath(String(rest['agentWorkspace'])),
      skillsWorkspace: skillsWorkspace === undefined ? undefined : parseHostPath(skillsWorkspace),
    };
  } catch {
    return undefined;
  }
}
