import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import {
  type Argv,
  type Clock,
  deriveSandboxName,
  type HostPath,
  type Logger,
  openSession,
  type ResolvedConfig,
  type SandboxLifecycle,
  type SandboxName,
  type Session,
  type SessionStore,
} from '@clamshell/core';
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

/** Everything the commands need of the outside world; the only place that reads the process's environment. */
export interface Composition {
  readonly clock: Clock;
  readonly lifecycle: SandboxLifecycle;
  readonly store: SessionStore;
  /** One workspace and its sandbox. */
  open(workspace: HostPath): Promise<OpenedWorkspace>;
  /** This installation's own label value. */
  readonly installation: string;
}

export interface OpenedWorkspace {
  readonly session: Session;
  readonly sandbox: SandboxName;
  readonly key: string;
}

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

export async function compose(config: ResolvedConfig, logger: Logger): Promise<Composition> {
  const { env } = process;
  const stateDirectory = resolveStateDirectory(env);
  const installation = await readInstallationId(stateDirectory);
  const store = createFileSessionStore(path.join(stateDirectory, 'sessions'));
  const { gateway, workspace: gatewayWorkspace, timeoutMs } = config;
  const command: Argv = config.provider === 'local' ? openShellLocalCommand() : [config.command];
  const cli = createCliGateway({ command, gateway, workspace: gatewayWorkspace, timeoutMs, env, clock });
  const connector = createSshConnector({ endpoints: cli, env, clock });

  return {
    clock,
    lifecycle: cli,
    store,
    installation,
    async open(workspace) {
      const scope = `cli:default:${workspace}`;
      const name = deriveSandboxName(scope);
      const key = [config.provider, gateway ?? '', gatewayWorkspace, scope].join('\n');
      const mirror = createWorkspaceMirror({
        hostRoot: workspace,
        sandboxRoot: config.remoteWorkspaceDir,
        stateDirectory: path.join(stateDirectory, 'mirrors'),
        clock,
        logger,
        newId,
      });
      const deps = { lifecycle: cli, connector, mirror, store, clock, logger, newId, isOwnerAlive };
      const { from, policy } = config;
      const owner = JSON.stringify(identifyProcess(process.pid));
      const spec = { key, name, from, policy, installation, owner, readyTimeoutMs: READY_TIMEOUT_MS };
      return { session: await openSession(deps, spec), sandbox: name, key };
    },
  };
}

function newId(): string {
  return randomBytes(16).toString('hex');
}

function isOwnerAlive(owner: string): boolean {
  const identity = JSON.parse(owner) as ProcessIdentity;
  return isProcessAlive(identity);
}
