import { rmSync } from 'node:fs';
import path from 'node:path';

import { LifecycleError, type SandboxName } from '@clamshell/core';
import type { ProcessIdentity } from '@clamshell/host';

import type { Stage } from '../state/sandbox-record.ts';
import { placeOf, type Scope, SOCKET_NAME } from '../state/scope.ts';
import { endProcesses } from './end-processes.ts';
import { type GatewayHost, timeoutMs } from './gateway-host.ts';
import { identifySelf, lockSandbox } from './lock-sandbox.ts';
import { observeSandbox, setStage } from './observe-sandbox.ts';

/** From Ready to Stopped: every process ends, the files stay; Stopped is success already (openshell §4). */
export async function stopSandbox(host: GatewayHost, scope: Scope, name: SandboxName): Promise<void> {
  const place = placeOf(scope, name);
  await observeSandbox(place);
  await using _lock = await lockSandbox(host, scope, name);
  const { record, phase } = await observeSandbox(place);
  if (phase !== 'Ready' && phase !== 'Stopped') {
    throw new LifecycleError('SANDBOX_NOT_READY', `sandbox must be Ready to stop (current phase: ${phase})`);
  }
  const init = initOf(record.stage);
  const stopping = await setStage(place, record, { at: 'stopping', by: identifySelf(), init });
  await endProcesses(record, init, timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT'));
  rmSync(path.join(place.directory, SOCKET_NAME), { force: true });
  await setStage(place, stopping, { at: 'stopped' });
}

/** The first process that was last written down, alive or not. */
export function initOf(stage: Stage): ProcessIdentity | undefined {
  return 'init' in stage ? stage.init : undefined;
}
