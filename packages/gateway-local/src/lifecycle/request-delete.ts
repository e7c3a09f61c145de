import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

import { isClamshellError, type SandboxName } from '@clamshell/core';

import { placeOf, type SandboxPlace, type Scope } from '../state/scope.ts';
import { DELETE_DELAY, deleteSandbox } from './delete-sandbox.ts';
import { delayMs, type GatewayHost } from './gateway-host.ts';
import { observeSandbox } from './observe-sandbox.ts';

/** Set for the process that goes on. */
const DELETER = 'OPENSHELL_LOCAL_DELETER';

const POLL_MS = 10;

/**
 * As `deleteSandbox`; where deletes are slow it is another process that goes on with it, and this resolves once it has
 * begun, as a real gateway answers (openshell §4).
 */
export async function requestDelete(host: GatewayHost, scope: Scope, name: SandboxName): Promise<void> {
  if (delayMs(host.env[DELETE_DELAY]) === 0 || host.env[DELETER] === '1')
    return deleteSandbox(host, scope, name);
  const { gateway, workspace } = scope;
  const place = placeOf(scope, name);
  await observeSandbox(place);
  const words = [host.script, `--gateway=${gateway}`, `--workspace=${workspace}`, 'sandbox', 'delete', name];
  const env = { ...host.env, [DELETER]: '1', OPENSHELL_LOCAL_DIALECT: '' };
  const deleter = spawn(host.execPath, words, { env, detached: true, stdio: 'ignore' });
  deleter.unref();
  for (let seen = await observePhase(place); seen !== undefined; seen = await observePhase(place)) {
    if (seen === 'Deleting' || deleter.exitCode !== null) return;
    await sleep(POLL_MS);
  }
}

async function observePhase(place: SandboxPlace): Promise<string | undefined> {
  try {
    return (await observeSandbox(place)).phase;
  } catch (error) {
    if (isClamshellError(error) && error.code === 'SANDBOX_NOT_FOUND') return undefined;
    throw error;
  }
}
