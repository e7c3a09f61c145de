import { readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { SandboxName } from '@clamshell/core';

import { removeTree } from '../state/remove-tree.ts';
import { discardedDirectory, draftPlaceOf, placeOf, type Scope } from '../state/scope.ts';
import { endProcesses, processesOf } from './end-processes.ts';
import { delayMs, type GatewayHost, timeoutMs } from './gateway-host.ts';
import { identifySelf, lockSandbox } from './lock-sandbox.ts';
import { observeSandbox, setStage } from './observe-sandbox.ts';

/** How long a sandbox stays in Deleting. */
export const DELETE_DELAY = 'OPENSHELL_LOCAL_DELETE_DELAY_MS';

/**
 * From any phase to nothing: processes first, then the name, then the files. Resolves when all are gone; what an
 * earlier delete was kept from removing goes too. Rejects with SANDBOX_NOT_FOUND.
 */
export async function deleteSandbox(host: GatewayHost, scope: Scope, name: SandboxName): Promise<void> {
  const place = placeOf(scope, name);
  await observeSandbox(place);
  {
    await using _lock = await lockSandbox(host, scope, name);
    const { record } = await observeSandbox(place);
    const running = processesOf(record.stage);
    await setStage(place, record, { at: 'deleting', by: identifySelf(), ...running });
    await sleep(delayMs(host.env[DELETE_DELAY]));
    await endProcesses(record, running, timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT'));
    renameSync(place.directory, discardedDirectory(scope, record.id));
    removeTree(draftPlaceOf(scope, name).directory);
  }
  for (const left of readdirSync(scope.directory)) {
    if (left.startsWith('.gone-')) removeTree(path.join(scope.directory, left));
  }
}
