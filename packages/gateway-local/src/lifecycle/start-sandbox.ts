import { LifecycleError, type SandboxName } from '@clamshell/core';

import { chooseIsolation } from '../confine/choose-isolation.ts';
import { placeOf, type Scope } from '../state/scope.ts';
import { bringUp } from './bring-up.ts';
import { endProcesses, processesOf } from './end-processes.ts';
import { type GatewayHost, timeoutMs } from './gateway-host.ts';
import { identifySelf, lockSandbox } from './lock-sandbox.ts';
import { observeSandbox, setStage } from './observe-sandbox.ts';
import { isolationWish, planConfinement } from './plan-confinement.ts';
import { prepareInside } from './prepare-inside.ts';

/** From Stopped to Ready, with the files as they were; Ready is success already (openshell §4). */
export async function startSandbox(host: GatewayHost, scope: Scope, name: SandboxName): Promise<void> {
  const place = placeOf(scope, name);
  await observeSandbox(place);
  await using _lock = await lockSandbox(host, scope, name);
  const { record, phase } = await observeSandbox(place);
  if (phase === 'Ready') return;
  if (phase !== 'Stopped') {
    throw new LifecycleError(
      'SANDBOX_NOT_READY',
      `sandbox must be Stopped to start (current phase: ${phase})`,
    );
  }
  // A first process that ended without a stop may have left unconfined ones behind.
  await endProcesses(record, processesOf(record.stage), timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT'));
  const plan = planConfinement(host, scope, { ...record, place });
  prepareInside(host, place, plan.hostUser);
  const isolation = await chooseIsolation(plan, isolationWish(host, record.isolation === 'none'));
  const starting = await setStage(place, { ...record, isolation }, { at: 'starting', by: identifySelf() });
  await bringUp(host, { place, record: starting, plan });
}
