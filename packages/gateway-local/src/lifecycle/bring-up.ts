import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Argv, invariant, isClamshellError, LifecycleError } from '@clamshell/core';

import { confine } from '../confine/confine.ts';
import { INIT_SCRIPT, UNCONFINED_SCRIPT } from '../confine/init-script.ts';
import {
  CHANNEL_FD,
  type ConfinedCommand,
  type ConfinementPlan,
  INSIDE,
  SYSTEM_PATH,
} from '../confine/plan.ts';
import { startConfined } from '../confine/start-confined.ts';
import type { EgressOrder } from '../egress/run-egress.ts';
import { startEgress } from '../egress/start-egress.ts';
import { planEgress } from '../policy/egress-rules.ts';
import type { SandboxRecord } from '../state/sandbox-record.ts';
import type { SandboxPlace } from '../state/scope.ts';
import { endProcesses, type RunningProcesses } from './end-processes.ts';
import { delayMs, type GatewayHost, timeoutMs } from './gateway-host.ts';
import { mainEndOf, note, setStage } from './observe-sandbox.ts';
import { identifySelf } from './lock-sandbox.ts';
import {
  hasEgress,
  SETTINGS_NAME,
  SUPERVISOR_NAME,
  supervisorBundle,
  writeSettings,
} from './prepare-inside.ts';

interface Launch {
  readonly place: SandboxPlace;
  readonly record: SandboxRecord;
  readonly plan: ConfinementPlan;
}

/**
 * From a prepared sandbox to a Ready one; its processes outlive this one. Rejects with SANDBOX_FAILED, the sandbox then
 * being in Error, or Stopped where it was so before, and without processes.
 */
export async function bringUp(host: GatewayHost, { place, record, plan }: Launch): Promise<SandboxRecord> {
  writeSettings(host, place, record);
  const at = record.stage.at === 'provisioning' ? 'provisioning' : 'starting';
  let current = record;
  let running: RunningProcesses = {};
  await sleep(delayMs(host.env['OPENSHELL_LOCAL_START_DELAY_MS']));
  try {
    const egress = hasEgress(record) ? startEgress(host) : undefined;
    running = { egress: egress?.identity };
    await startConfined({
      directory: place.directory,
      ...commandOf(host, { place, record, plan }),
      deadlineMs: timeoutMs(host, 'OPENSHELL_PROVISION_TIMEOUT'),
      onInit: async (init) => {
        running = { ...running, init };
        current = await setStage(place, current, { at, by: identifySelf(), ...running });
      },
      onListener: egress && ((listener) => egress.serve(orderFor(record, place, running), listener)),
    });
  } catch (cause) {
    await endProcesses(record, running, timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT'));
    const { init } = running;
    if (init !== undefined && mainEndOf(place) === 'Completed')
      return setStage(place, current, { at: 'running', init });
    throw await fail(host, { place, record: current, cause });
  }
  const { init, egress } = running;
  invariant(init !== undefined, 'a sandbox that was started has a first process');
  note(host, place, ['INFO', 'ready']);
  return setStage(place, current, { at: 'running', init, egress });
}

function orderFor({ policy }: SandboxRecord, { log }: SandboxPlace, { init }: RunningProcesses): EgressOrder {
  invariant(init !== undefined, 'a listener comes from a process that is known');
  return { rules: planEgress(policy ?? {}), init, log };
}

function commandOf(
  host: GatewayHost,
  { place, record, plan }: Launch,
): { command: ConfinedCommand; unconfinedEnv?: Readonly<Record<string, string>> } {
  if (record.isolation === 'none') {
    const supervisor: Argv = [host.execPath, supervisorBundle(host), path.join(place.lib, SETTINGS_NAME)];
    const argv: Argv = ['/bin/sh', '-c', UNCONFINED_SCRIPT, 'sh', ...supervisor];
    return { command: { argv, argumentsText: '' }, unconfinedEnv: { PATH: SYSTEM_PATH } };
  }
  const supervisor: Argv = [
    INSIDE.node,
    `${INSIDE.lib}/${SUPERVISOR_NAME}`,
    `${INSIDE.lib}/${SETTINGS_NAME}`,
  ];
  const channel = hasEgress(record) ? ['env', `NODE_CHANNEL_FD=${CHANNEL_FD}`] : [];
  const init: Argv = ['/bin/sh', '-c', INIT_SCRIPT, 'sh', ...channel, ...supervisor];
  return { command: confine(record.isolation, plan, init) };
}

/** In the words of openshell §1.5. A sandbox that has run before goes back to Stopped: it holds somebody's files. */
async function fail(
  host: GatewayHost,
  { place, record, cause }: Pick<Launch, 'place' | 'record'> & { readonly cause: unknown },
): Promise<unknown> {
  if (!isClamshellError(cause)) return cause;
  const isMainOver = mainEndOf(place) !== undefined;
  const reason = isMainOver
    ? 'MainProcessExited: the main process has ended'
    : `SupervisorFailed: ${cause.message}`;
  const message = `sandbox entered error phase while provisioning: ${reason}`;
  note(host, place, ['ERROR', message]);
  const isFirst = record.stage.at === 'provisioning';
  await setStage(place, record, isFirst || isMainOver ? { at: 'failed', message } : { at: 'stopped' });
  return new LifecycleError('SANDBOX_FAILED', message, { cause });
}
