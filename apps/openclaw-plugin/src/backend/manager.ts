import {
  type ExistingSandboxName,
  type Logger,
  parseSandboxName,
  type ResolvedConfig,
  type SandboxLifecycle,
} from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';
import type { OpenClawConfig, RuntimeEntry, SandboxBackendManager } from '../openclaw/manager.ts';
import type { Scope, ScopeRequest } from '../scope/scope.ts';
import type { ScopeStore } from '../scope/scope-store.ts';
import { chooseName } from './choose-name.ts';
import { planMounts } from './plan-mounts.ts';
import { readConfig } from './read-config.ts';
import { tellFailure } from './tell-failure.ts';

export interface ManagerDeps {
  readonly id: string;
  readonly openGateway: (config: ResolvedConfig) => { readonly lifecycle: SandboxLifecycle };
  readonly scopeOf: (request: ScopeRequest, config: ResolvedConfig) => Scope;
  readonly scopes: ScopeStore;
  readonly logger: Logger;
}

/** Lists and removes the sandboxes of OpenClaw's registry, by the configuration as it is at each call. */
export function createManager(deps: ManagerDeps): SandboxBackendManager {
  return {
    async describeRuntime({ entry, config }) {
      try {
        return await describeRuntime(deps, entry, configOf(deps, config));
      } catch (error) {
        deps.logger.warn(`${entry.containerName} could not be inspected: ${String(tellFailure(error))}`);
        return { running: false, actualConfigLabel: entry.image, configLabelMatch: false };
      }
    },
    async removeRuntime({ entry, config }) {
      try {
        await removeRuntime(deps, entry, configOf(deps, config));
      } catch (error) {
        throw tellFailure(error);
      }
    },
  };
}

function configOf({ id }: ManagerDeps, config: OpenClawConfig): ResolvedConfig {
  return readConfig(config.plugins?.entries?.[id]?.config);
}

async function describeRuntime({ openGateway }: ManagerDeps, entry: RuntimeEntry, config: ResolvedConfig) {
  const seen = await openGateway(config).lifecycle.inspect(nameOf(entry));
  return {
    running: seen.phase === 'ready',
    actualConfigLabel: entry.image,
    configLabelMatch: entry.image === config.from,
  };
}

async function removeRuntime(deps: ManagerDeps, entry: RuntimeEntry, config: ResolvedConfig): Promise<void> {
  const { lifecycle } = deps.openGateway(config);
  const name = nameOf(entry);
  const seen = await lifecycle.inspect(name);
  if (seen.phase !== 'absent') {
    const request = await requestOf(deps, entry, config);
    if (request !== undefined) await removeScope(deps, deps.scopeOf(request, config));
    else if (config.mode === 'remote') throw homeless(name);
    // By id as well: between the look and the removal another sandbox may have taken the name.
    else await lifecycle.remove(seen);
  }
  await deps.scopes.forget(name);
}

/** What the sandbox holds and the host has not seen is brought home or archived; where neither works, nothing is removed. */
async function removeScope({ logger }: ManagerDeps, scope: Scope): Promise<void> {
  const { saved } = await scope.use(({ session }) => session.remove({ discard: false }));
  for (const { file } of saved)
    logger.warn(`What could not be brought home of ${scope.name} was saved as ${file}`);
}

/** `undefined` for a sandbox this plugin never worked in. */
async function requestOf(
  { scopes }: ManagerDeps,
  entry: RuntimeEntry,
  { remoteWorkspaceDir, remoteAgentWorkspaceDir }: ResolvedConfig,
): Promise<ScopeRequest | undefined> {
  const name = nameOf(entry);
  const record = await scopes.recall(name);
  if (record === undefined) return undefined;
  const rules = {
    workspaceRoot: remoteWorkspaceDir,
    agentRoot: remoteAgentWorkspaceDir,
    writers: 'all-but-ro',
  } as const;
  return {
    scopeKey: record.scopeKey,
    name,
    mounts: planMounts(record, rules),
  };
}

/** The registry is OpenClaw's: a name that no version gives this scope is taken only where it is one of today's. */
function nameOf({ containerName, sessionKey }: RuntimeEntry): ExistingSandboxName {
  const name = chooseName(sessionKey, [containerName]);
  return name === containerName ? name : parseSandboxName(containerName);
}

function homeless(name: string): Error {
  return hostError(
    `Sandbox ${name} is the only place of its workspace, and no directory of this host is known to save it to. ` +
      'Download what is in it, then remove it with the gateway’s own tool.',
  );
}
