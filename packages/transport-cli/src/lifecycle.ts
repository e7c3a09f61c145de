import {
  type CallOptions,
  type ExistingSandboxName,
  type Clock,
  isClamshellError,
  LifecycleError,
  type Observation,
  type SandboxInfo,
  type SandboxLifecycle,
  type SandboxSpec,
  withDeadline,
} from '@clamshell/core';

import { listAll } from './list-all.ts';
import { parseSandboxReply } from './parse-reply.ts';
import type { Tool } from './tool.ts';

type Signal = AbortSignal | undefined;

/** What the gateway itself allows a sandbox to become ready, to start or to stop (openshell §1.1). */
const WAITING_DEADLINE_MS = 300_000;

/** The tool's own (openshell §1.2). */
const DEFAULT_LINES = 200;

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2000;

interface LifecycleDeps {
  readonly tool: Tool;
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** What `create` sees besides where it may make providers. */
  readonly credentials: Readonly<Record<string, string | undefined>>;
}

export function createLifecycle(deps: LifecycleDeps): SandboxLifecycle {
  const { tool, clock } = deps;
  const bound = <Value>(options: CallOptions, work: (signal: AbortSignal | undefined) => Promise<Value>) =>
    withDeadline(clock, options, ({ signal }) => work(signal));

  return {
    inspect: (name, options = {}) => bound(options, (signal) => inspectSandbox(tool, name, signal)),
    list: (options = {}) => bound(options, (signal) => listAll(tool.run, signal)),
    create: (spec, options = {}) => bound(options, (signal) => createSandbox(deps, spec, signal)),
    start: (name, options = {}) => bound(options, (signal) => wake(deps, ['start', name], signal)),
    stop: (name, options = {}) => bound(options, (signal) => wake(deps, ['stop', name], signal)),
    logs: (name, options = {}) =>
      bound(options, (signal) =>
        tool.run(['logs', name, '-n', String(options.maxLines ?? DEFAULT_LINES)], { signal }),
      ),
    remove: (sandbox, options = {}) => bound(options, (signal) => removeSandbox(deps, sandbox, signal)),
  };
}

async function inspectSandbox(tool: Tool, name: ExistingSandboxName, signal: Signal): Promise<Observation> {
  const { hasJsonGet } = await tool.dialect({ signal });
  if (!hasJsonGet) {
    const all = await listAll(tool.run, signal);
    return all.find((sandbox) => sandbox.name === name) ?? { phase: 'absent' };
  }
  try {
    return parseSandboxReply(await tool.run(['sandbox', 'get', name, '-o', 'json'], { signal }), name);
  } catch (error) {
    ignoreMissing(error);
    return { phase: 'absent' };
  }
}

function ignoreMissing(error: unknown): void {
  if (!isClamshellError(error) || error.code !== 'SANDBOX_NOT_FOUND') throw error;
}

async function createSandbox(deps: LifecycleDeps, spec: SandboxSpec, signal: Signal): Promise<SandboxInfo> {
  const { tool, credentials } = deps;
  const { mainProcess } = await tool.dialect({ signal });
  const env = spec.autoProviders === true ? credentials : {};
  await tool.run([...createArguments(spec), ...mainProcess], { signal, env, deadlineMs: waitingMs(deps) });
  const created = await inspectSandbox(tool, spec.name, signal);
  if (created.phase !== 'absent') return created;
  throw new LifecycleError('SANDBOX_NOT_FOUND', `${spec.name} was created and is already gone`);
}

/** Each option in one word, so that no value is read as another option. */
function createArguments(spec: SandboxSpec): readonly string[] {
  const { name, from, policy, gpu, providers = [], autoProviders = false, labels } = spec;
  return [
    'sandbox',
    'create',
    `--name=${name}`,
    ...(from === undefined ? [] : [`--from=${from}`]),
    ...(policy === undefined ? [] : [`--policy=${policy}`]),
    ...(gpu === undefined ? [] : [`--gpu=${gpu}`]),
    autoProviders ? '--auto-providers' : '--no-auto-providers',
    ...providers.map((provider) => `--provider=${provider}`),
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
  ];
}

/** What the configuration allows, and what the gateway itself does at least. */
function waitingMs({ timeoutMs }: LifecycleDeps): number {
  return Math.max(timeoutMs, WAITING_DEADLINE_MS);
}

async function wake(
  deps: LifecycleDeps,
  [verb, name]: readonly ['start' | 'stop', ExistingSandboxName],
  signal: Signal,
): Promise<void> {
  const { canStop, version } = await deps.tool.dialect({ signal });
  if (!canStop) throw new LifecycleError('GATEWAY_TOO_OLD', `openshell ${version} can't ${verb} a sandbox`);
  await deps.tool.run(['sandbox', verb, name], { signal, deadlineMs: waitingMs(deps) });
}

type Target = Pick<SandboxInfo, 'name' | 'id'>;

async function removeSandbox(deps: LifecycleDeps, target: Target, signal: Signal): Promise<void> {
  if (!(await isThere(deps.tool, target, signal))) return;
  const deadlineMs = waitingMs(deps);
  await deps.tool.run(['sandbox', 'delete', target.name], { signal, deadlineMs }).catch(ignoreMissing);
  await untilGone(deps, target, signal);
}

/** The gateway deletes by name only, so the id is compared as late as can be (openshell §4). */
async function isThere(tool: Tool, { name, id }: Target, signal: Signal): Promise<boolean> {
  const seen = await inspectSandbox(tool, name, signal);
  if (seen.phase === 'absent') return false;
  if (seen.id === id) return true;
  throw new LifecycleError('SANDBOX_ID_CHANGED', `${name} is now sandbox ${seen.id}, not ${id}`);
}

/** A deleted sandbox keeps its name until the driver is done with it (openshell §4). */
async function untilGone(deps: LifecycleDeps, { name, id }: Target, signal: Signal): Promise<void> {
  const { tool, clock } = deps;
  const deadlineMs = waitingMs(deps);
  const giveUpAt = clock.now() + deadlineMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LAST_POLL_MS)) {
    const seen = await inspectSandbox(tool, name, signal);
    if (seen.phase === 'absent' || seen.id !== id) return;
    if (clock.now() >= giveUpAt) {
      const seconds = deadlineMs / 1000;
      throw new LifecycleError('DEADLINE_EXCEEDED', `${name} is still ${seen.phase} after ${seconds} s`);
    }
    await clock.sleep(pause, signal);
  }
}
