import { realpath } from 'node:fs/promises';

import { type HostPath, parseHostPath, type ResolvedConfig } from '@clamshell/core';

import type { BackendHandle, BackendParams, BackendRegistration } from '../openclaw/backend.ts';
import { hostError } from '../openclaw/host-error.ts';
import type { SandboxBackendManager } from '../openclaw/manager.ts';
import type { Scope, ScopeRequest } from '../scope/scope.ts';
import type { ScopeStore } from '../scope/scope-store.ts';
import { chooseName } from './choose-name.ts';
import { createHandle } from './create-handle.ts';
import { type MountRules, planMounts } from './plan-mounts.ts';
import { readConfig } from './read-config.ts';

export interface RegistrationDeps {
  readonly id: string;
  /** The plugin's own entry of the configuration. */
  readonly written: () => unknown;
  readonly writers: MountRules['writers'];
  /** The PATH of OpenClaw's own process. */
  readonly hostPath: string;
  readonly scopeOf: (request: ScopeRequest, config: ResolvedConfig) => Scope;
  readonly scopes: ScopeStore;
  readonly openclawState: string;
  readonly manager: SandboxBackendManager;
}

/** What OpenClaw registers. The factory is called for every turn, whether a tool is used or not, and provisions nothing. */
export function createRegistration(deps: RegistrationDeps): BackendRegistration {
  return {
    factory: (params) => createBackend(deps, params),
    manager: deps.manager,
    resolveWorkdir: () => readConfig(deps.written()).remoteWorkspaceDir,
  };
}

async function createBackend(deps: RegistrationDeps, params: BackendParams): Promise<BackendHandle> {
  const { cfg, scopeKey, registeredRuntimeIds } = params;
  if ((cfg.docker.binds?.length ?? 0) > 0) {
    throw hostError('OpenShell sandbox backend does not support sandbox.docker.binds.');
  }
  const config = readConfig(deps.written());
  const name = chooseName(scopeKey, registeredRuntimeIds);
  const places = await findPlaces(params);
  const mounts = planMounts(places, {
    workspaceRoot: config.remoteWorkspaceDir,
    agentRoot: config.remoteAgentWorkspaceDir,
    writers: deps.writers,
  });
  await deps.scopes.remember(name, { scopeKey, openclawState: deps.openclawState, ...places });
  const scope = deps.scopeOf({ scopeKey, name, mounts }, config);
  scope.beginTurn();
  const { id, hostPath } = deps;
  return createHandle({ id, scope, config, hostPath, configured: cfg.docker.env ?? {} });
}

/** Real paths: two spellings of one directory are one workspace. */
async function findPlaces({ cfg, workspaceDir, agentWorkspaceDir, skillsWorkspaceDir }: BackendParams) {
  return {
    access: cfg.workspaceAccess,
    workspace: await realPath(workspaceDir),
    agentWorkspace: await realPath(agentWorkspaceDir),
    skillsWorkspace: skillsWorkspaceDir === undefined ? undefined : await realPath(skillsWorkspaceDir),
  };
}

async function realPath(directory: string): Promise<HostPath> {
  try {
    return parseHostPath(await realpath(directory));
  } catch {
    // Not there yet; what needs it says so.
    return parseHostPath(directory);
  }
}
