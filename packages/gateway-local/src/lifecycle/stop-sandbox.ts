import { rmSync } from 'node:fs';
import path from 'node:path';

import { LifecycleError, type SandboxName } from '@clamshell/core';

import { placeOf, type Scope, SOCKET_NAME } from '../state/scope.ts';
import { endProcesses, processesOf } from './end-processes.ts';
import { type GatewayHost, timeoutMs } from './gateway-host.ts';
import { identifySelf, lockSandbox } from './lock-sandbox.ts';
import { note, observeSandbox, setStage } from './observe-sandbox.ts';

/** From Ready to Stopped: every process ends, the files stay; Stopped is success already (openshell §4). */
export async function stopSandbox(host: GatewayHost, scope: Scope, name: SandboxName): Promise<void> {
  const place = placeOf(scope, name);
  await observeSandbox(place);
  await using _lock = await lockSandbox(host, scope, name);
  const { record, phase } = await observeSandbox(place);
  if (phase !== 'Ready' && phase !== 'Stopped') {
    throw new LifecycleError('SANDBOX_NOT_READY', `sandbox must be Ready to stop (current phase: ${phase})`);
  }
  const running = processesOf(record.stage);
  const stopping = await setStage(place, record, { at: 'stopping', by: identifySelf(), ...running });
  await endProcesses(record, running, timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT'));
  rmSync(path.join(place.directory, SOCKET_NAME), { force: true });
  await setStage(place, stopping, { at: 'stopped' });
  note(host, place, ['INFO', 'stopped']);
}
