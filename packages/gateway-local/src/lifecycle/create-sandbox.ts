import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';

import { ConfigError, LifecycleError, type SandboxName } from '@clamshell/core';

import { chooseIsolation } from '../confine/choose-isolation.ts';
import type { Policy } from '../policy/policy-schema.ts';
import { removeTree } from '../state/remove-tree.ts';
import { type SandboxRecord, writeRecord } from '../state/sandbox-record.ts';
import { draftPlaceOf, placeOf, type SandboxPlace, type Scope } from '../state/scope.ts';
import { bringUp } from './bring-up.ts';
import type { GatewayHost } from './gateway-host.ts';
import { identifySelf, lockSandbox } from './lock-sandbox.ts';
import { type SandboxView, viewOf } from './observe-sandbox.ts';
import { isolationWish, planConfinement } from './plan-confinement.ts';
import { makeFiles, prepareInside } from './prepare-inside.ts';

export interface CreateRequest {
  readonly name: SandboxName;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly from: string | undefined;
  readonly policy: Policy | undefined;
  readonly main: readonly string[] | undefined;
  readonly allowNoIsolation: boolean;
}

/**
 * Resolves with a Ready sandbox. Rejects with SANDBOX_EXISTS, changing nothing; with ISOLATION_UNAVAILABLE, leaving
 * nothing; with SANDBOX_FAILED, leaving a sandbox in Error. It takes its name with one rename, its record in it.
 */
export async function createSandbox(
  host: GatewayHost,
  scope: Scope,
  request: CreateRequest,
): Promise<SandboxView> {
  await using _lock = await lockSandbox(host, scope, request.name);
  const place = placeOf(scope, request.name);
  if (existsSync(place.directory)) {
    throw new LifecycleError('SANDBOX_EXISTS', `sandbox '${request.name}' already exists`);
  }
  const record = await draftSandbox(host, scope, request);
  renameSync(draftPlaceOf(scope, request.name).directory, place.directory);
  if (record.isolation === 'none') {
    host.warn(`WARNING: '${request.name}' runs WITHOUT ISOLATION: its code can do whatever you can do.\n`);
  }
  const plan = planConfinement(host, scope, { ...record, place });
  return viewOf(place, await bringUp(host, { place, record, plan }));
}

async function draftSandbox(host: GatewayHost, scope: Scope, request: CreateRequest): Promise<SandboxRecord> {
  const draft = draftPlaceOf(scope, request.name);
  removeTree(draft.directory);
  try {
    return await fillDraft(host, scope, { draft, request });
  } catch (error) {
    removeTree(draft.directory);
    throw error;
  }
}

async function fillDraft(
  host: GatewayHost,
  scope: Scope,
  { draft, request }: { readonly draft: SandboxPlace; readonly request: CreateRequest },
): Promise<SandboxRecord> {
  const { name, labels, env, from, policy, main, allowNoIsolation } = request;
  const id = randomUUID();
  mkdirSync(draft.directory, { mode: 0o700 });
  const plan = planConfinement(host, scope, { place: draft, id, policy });
  makeFiles(draft, plan);
  prepareInside(host, draft, plan.hostUser);
  const isolation = await chooseIsolation(plan, isolationWish(host, allowNoIsolation));
  if (isolation === 'none' && policy !== undefined)
    throw new ConfigError('CONFIG_INVALID', "a policy can't be enforced without isolation");
  return writeRecord(draft.record, {
    ...{ format: 1, id, name, labels, env, policy, isolation, version: 1 },
    ...(from === undefined ? {} : { from }),
    ...(main === undefined ? {} : { main: [...main] }),
    createdAt: host.now().toISOString(),
    stage: { at: 'provisioning', by: identifySelf() },
  });
}
