import type { SandboxPhase } from '@clamshell/core';

/** The gateway's words for where a sandbox stands. Source: openshell §1.3. */
const PHASES: ReadonlyMap<string, SandboxPhase> = new Map([
  ['Provisioning', 'provisioning'],
  ['Starting', 'starting'],
  ['Ready', 'ready'],
  ['Stopping', 'stopping'],
  ['Stopped', 'stopped'],
  ['Deleting', 'deleting'],
  ['Error', 'error'],
  // Its main process has ended well (since 0.1.0): as little can be done with it.
  ['Completed', 'error'],
]);

/** `unknown` for a word that is not in the table, as a newer gateway may have. */
export function readPhase(word: string): SandboxPhase {
  return PHASES.get(word) ?? 'unknown';
}
