import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import {
  type Argv,
  type Clock,
  ConfigError,
  createShellRequestChannel,
  deriveSandboxName,
  type FsBridge,
  type HostPath,
  type Logger,
  type Mount,
  openSession,
  type RemotePath,
  type ResolvedConfig,
  type SandboxLifecycle,
  type SandboxName,
  type SandboxTransport,
  type Session,
  type SessionStore,
  type WorkspaceMirror,
} from '@clamshell/core';
import type { ProcessIdentity } from '@clamshell/host';

import type { SandboxChoice } from './config/sandbox-choice.ts';
import { killAt } from './debug-kill.ts';
import type { Environment } from './environment.ts';

/** Everything the commands need of the outside world; the only place that reads the process's environment. */
export interface Composition {
  readonly clock: Clock;
  readonly lifecycle: SandboxLifecycle;
  readonly store: SessionStore;
  /** This installation's own label value. */
  readonly installation: string;
  /** What starts the gateway's tool. */
  readonly command: Argv;
  /** The durable record's key and the sandbox's name, without opening anything. */
  locate(choice: SandboxChoice): Promise<Located>;
  /** What needs no sandbox: conflicts and undo. */
  mirror(choice: SandboxChoice): WorkspaceMirror;
  /** Files of the sandbox that `transport` leads to. */
  files(transport: SandboxTransport, choice: SandboxChoice): FsBridge;
  /** One workspace and its sandbox. */
  open(choice: SandboxChoice): Promise<OpenedWorkspace>;
}

export interface Located {
  readonly key: string;
  readonly sandbox: SandboxName;
}

export interface OpenedWorkspace extends Located {
  readonly session: Session;
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

export function readEnvironment(): Environment {
  return { variables: process.env, cwd: process.cwd(), clock };
}

/** Joins the adapters to the gateway that `config` chooses. */
export async function compose(config: ResolvedConfig, logger: Logger): Promise<Composition> {
  const { env } = process;
  const { host, cli, ssh, engine, fs } = await loadAdapters();
  const stateDirectory = host.resolveStateDirectory(env);
  const installation = await host.readInstallationId(stateDirectory);
  const store = host.createFileSessionStore(path.join(stateDirectory, 'sessions'));
  const { gateway, gatewayEndpoint, timeoutMs, remoteWorkspaceDir: sandboxRoot } = config;
  const workspace = config.workspace ?? env['OPENSHELL_WORKSPACE'] ?? 'default';
  const command = await commandOf(config);
  const reach = { command, gateway, gatewayEndpoint, workspace };
  const lifecycle = cli.createCliGateway({ ...reach, timeoutMs, env, clock, logger });
  const connector = ssh.createSshConnector({ endpoints: lifecycle, env, clock });
  const { owner, isOwnerAlive } = ownersBy(host);
  const killPoint = env['CLAMSHELL_DEBUG_KILL_AT'];
  const onStep = killPoint === undefined ? undefined : killAt(killPoint);
  const deps = { lifecycle, connector, store, clock, logger, newId, isOwnerAlive, onStep };

  const locate = async ({ scope, sandbox }: SandboxChoice): Promise<Located> => {
    const key = [config.provider, gateway ?? '', workspace, scope].join('\n');
    const known = sandbox ?? (await store.read(key))?.sandboxName;
    return { key, sandbox: known ?? deriveSandboxName(scope) };
  };
  const wanted = sandboxOf(config);
  const mirror = ({ root }: SandboxChoice): WorkspaceMirror => {
    const place = { hostRoot: root, sandboxRoot, stateDirectory: path.join(stateDirectory, 'mirrors') };
    return engine.createWorkspaceMirror({ ...place, ...rulesOf(config), clock, logger, newId });
  };
  const files = ({ requests, shell }: SandboxTransport, { root }: SandboxChoice): FsBridge => {
    const road = { requests: requests ?? createShellRequestChannel(shell), shell };
    return fs.createRemoteFsBridge({ mounts: [mountOf(root, sandboxRoot)], ...road, clock });
  };
  const open = async (choice: SandboxChoice): Promise<OpenedWorkspace> => {
    const { key, sandbox } = await locate(choice);
    const mounts = [{ mount: mountOf(choice.root, sandboxRoot), mirror: mirror(choice) }];
    const spec = { ...wanted, key, name: sandbox, mode: config.mode, installation, owner };
    const session = openSession({ ...deps, mounts }, { ...spec, readyTimeoutMs: READY_TIMEOUT_MS });
    return { key, sandbox, session };
  };
  return { clock, lifecycle, store, installation, command, locate, mirror, files, open };
}

/** How open runs say whose they are. */
function ownersBy({ identifyProcess, isProcessAlive }: typeof import('@clamshell/host')) {
  return {
    owner: JSON.stringify(identifyProcess(process.pid)),
    isOwnerAlive: (owner: string) => isProcessAlive(JSON.parse(owner) as ProcessIdentity),
  };
}

function rulesOf({ mirror: { conflicts, exclude, protect, undo } }: ResolvedConfig) {
  return { conflicts, exclude, protect, undo: { maxRuns: undo.keepRuns, maxBytes: undo.keepBytes } };
}

/** What a new sandbox is made of. */
function sandboxOf({ from, policy, gpu, providers, autoProviders }: ResolvedConfig) {
  return {
    from,
    policy,
    providers,
    ...(gpu && { gpu: 1 }),
    autoProviders: autoProviders && providers.length > 0,
  };
}

function mountOf(host: HostPath, sandbox: RemotePath): Mount {
  return { host, sandbox, direction: 'both', readOnly: false, protect: [] };
}

/** Most of the start-up, which only commands that reach for a sandbox pay. */
async function loadAdapters() {
  const [host, cli, ssh, engine, fs] = await Promise.all([
    import('@clamshell/host'),
    import('@clamshell/transport-cli'),
    import('@clamshell/transport-ssh'),
    import('@clamshell/sync-mirror'),
    import('@clamshell/fs-remote'),
  ]);
  return { host, cli, ssh, engine, fs };
}

async function commandOf({ provider, command }: ResolvedConfig): Promise<Argv> {
  if (provider === 'ssh') {
    throw new ConfigError('CONFIG_INVALID', 'The command line can’t use provider ssh', {
      hint: 'Choose openshell or local.',
    });
  }
  if (provider === 'openshell') return [command];
  return (await import('@clamshell/gateway-local')).openShellLocalCommand();
}

function newId(): string {
  return randomBytes(16).toString('hex');
}
