import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import {
  type Argv,
  type Clock,
  ConfigError,
  type Logger,
  type Mount,
  openSession,
  type ResolvedConfig,
  type SandboxName,
  type WorkspaceMirror,
} from '@clamshell/core';
import { createSessionFsBridge } from '@clamshell/fs-remote';
import { openShellLocalCommand } from '@clamshell/gateway-local';
import {
  createFileSessionStore,
  identifyProcess,
  isProcessAlive,
  type ProcessIdentity,
  readInstallationId,
  resolveStateDirectory,
} from '@clamshell/host';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';
import { createCliGateway } from '@clamshell/transport-cli';
import { createSshConnector } from '@clamshell/transport-ssh';

import { createManager } from './backend/manager.ts';
import { createRegistration } from './backend/registration.ts';
import type { BackendRegistration, PluginApi } from './openclaw/backend.ts';
import { loggerOf } from './openclaw/logger.ts';
import { processState } from './process-state.ts';
import { createScope } from './scope/create-scope.ts';
import { createCommandNamer } from './scope/name-commands.ts';
import { createNotices } from './scope/notices.ts';
import { connectWithRoots, excludeInner } from './scope/prepare-roots.ts';
import { pushMedia } from './scope/push-media.ts';
import type { OpenScope, Scope, ScopeRequest } from './scope/scope.ts';
import { createScopeStore } from './scope/scope-store.ts';

/** How long a new sandbox may take to become ready: what the gateway itself allows (openshell §1.1). */
const READY_TIMEOUT_MS = 300_000;

const clock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await setTimeout(ms, undefined, { signal });
    } catch (error) {
      // Node's own AbortError stands for the caller's reason.
      signal?.throwIfAborted();
      throw error;
    }
  },
};

/** The backend, its parts joined; nothing is read or started before the first agent turn. */
export function compose(api: PluginApi, id: string): BackendRegistration {
  const logger = loggerOf(api);
  const scopes = createScopeStore(path.join(stateDirectory(), 'openclaw', 'scopes'));
  const scopeOf = (request: ScopeRequest, config: ResolvedConfig) => composeScope(request, config, logger);
  return createRegistration({
    id,
    written: () => api.pluginConfig,
    // Only newer versions have it, and only they let file tools write a private workspace.
    writers: api.lifecycle === undefined ? 'rw-only' : 'all-but-ro',
    hostPath: process.env['PATH'] ?? '',
    scopeOf,
    scopes,
    openclawState: path.resolve(process.env['OPENCLAW_STATE_DIR'] ?? path.join(homedir(), '.openclaw')),
    manager: createManager({
      id,
      openGateway: (config) => openGateway(config, logger),
      scopeOf,
      scopes,
      logger,
    }),
  });
}

function stateDirectory(): string {
  return resolveStateDirectory(process.env);
}

/** The gateway that settings choose, and the way to its sandboxes. */
function openGateway(config: ResolvedConfig, logger: Logger) {
  const { env } = process;
  const { gateway, gatewayEndpoint, timeoutMs } = config;
  const workspace = config.workspace ?? env['OPENSHELL_WORKSPACE'] ?? 'default';
  const reach = { command: commandOf(config), gateway, gatewayEndpoint, workspace };
  const lifecycle = createCliGateway({ ...reach, timeoutMs, env, clock, logger });
  return { lifecycle, connector: createSshConnector({ endpoints: lifecycle, env, clock }), workspace };
}

function commandOf({ provider, command }: ResolvedConfig): Argv {
  if (provider === 'ssh') {
    throw new ConfigError('CONFIG_INVALID', 'The OpenClaw plugin can’t use provider ssh yet', {
      hint: 'Choose openshell or local.',
    });
  }
  return provider === 'local' ? openShellLocalCommand() : [command];
}

interface Parts {
  readonly request: ScopeRequest;
  readonly config: ResolvedConfig;
  readonly logger: Logger;
  readonly mounts: readonly { readonly mount: Mount; readonly mirror: WorkspaceMirror }[];
}

/** One for each scope and its settings in a process, whichever turn asks. */
function composeScope(request: ScopeRequest, config: ResolvedConfig, logger: Logger): Scope {
  const state = processState();
  const key = JSON.stringify([request, config]);
  const known = state.scopes.get(key);
  if (known !== undefined) return known;
  const parts: Parts = { request, config, logger, mounts: mountsOf(request, config, logger) };
  const scope = createScope({
    request,
    hold: () => state.hold(key, () => openScope(parts)),
    bridgeThrough: (withSession) =>
      createSessionFsBridge({ mode: config.mode, mounts: parts.mounts, withSession, clock }),
    explain: createCommandNamer(request, config),
    prepareTurn: config.mode === 'mirror' ? undefined : (open) => pushMedia(open, parts),
    notices: createNotices({ workspace: request.mounts.workspace.host, logger, now: () => clock.now() }),
  });
  state.scopes.set(key, scope);
  return scope;
}

function mountsOf({ mounts }: ScopeRequest, { mirror: settings }: ResolvedConfig, logger: Logger) {
  const { conflicts, exclude, protect, undo } = settings;
  const { workspace, agent, resources } = mounts;
  const all = [workspace, ...(agent === undefined ? [] : [agent]), ...resources];
  return all.map((mount) => ({
    mount,
    mirror: createWorkspaceMirror({
      hostRoot: mount.host,
      sandboxRoot: mount.sandbox,
      stateDirectory: path.join(stateDirectory(), 'mirrors'),
      exclude: [...exclude, ...excludeInner(mount, all)],
      ...{ conflicts, protect, undo: { maxRuns: undo.keepRuns, maxBytes: undo.keepBytes } },
      ...{ clock, logger, newId },
    }),
  }));
}

async function openScope(parts: Parts): Promise<OpenScope> {
  const { config, request, mounts, logger } = parts;
  const { lifecycle, workspace, ...way } = openGateway(config, logger);
  const roots = mounts.map(({ mount }) => mount);
  const connector = connectWithRoots(way.connector, roots);
  const directory = stateDirectory();
  const { from, policy, providers, autoProviders, mode } = config;
  const key = [config.provider, config.gateway ?? '', workspace, `openclaw:${request.scopeKey}`].join('\n');
  const session = openSession(
    {
      ...{ lifecycle, connector, mounts, clock, logger, newId },
      store: createFileSessionStore(path.join(directory, 'sessions')),
      isOwnerAlive: (owner) => isProcessAlive(JSON.parse(owner) as ProcessIdentity),
    },
    {
      ...{ key, from, policy, providers, autoProviders, mode },
      gpu: config.gpu ? 1 : undefined,
      // One of an older version is there already: a gateway would refuse to create it.
      name: request.name as SandboxName,
      installation: await readInstallationId(directory),
      owner: JSON.stringify(identifyProcess(process.pid)),
      readyTimeoutMs: READY_TIMEOUT_MS,
    },
  );
  return { session, [Symbol.asyncDispose]: () => session[Symbol.asyncDispose]() };
}

function newId(): string {
  return randomBytes(16).toString('hex');
}
