import {
  type CallOptions,
  type Clock,
  isClamshellError,
  LifecycleError,
  type Observation,
  type SandboxInfo,
  type SandboxLifecycle,
  type SandboxName,
  type SandboxSpec,
} from '@clamshell/core';

import { listAll } from './list-all.ts';
import { parseSandboxReply } from './parse-reply.ts';
import type { CommandRunner } from './run-command.ts';

/** What the gateway itself allows a sandbox to become ready, to start or to stop (openshell §1.1). */
const WAITING_DEADLINE_MS = 300_000;

const FIRST_POLL_MS = 100;
const LAST_POLL_MS = 2000;

interface LifecycleDeps {
  readonly run: CommandRunner;
  readonly timeoutMs: number;
  readonly clock: Clock;
}

export function createLifecycle({ run, timeoutMs, clock }: LifecycleDeps): SandboxLifecycle {
  const deadlineMs = Math.max(timeoutMs, WAITING_DEADLINE_MS);
  const inspect = (name: SandboxName, options?: CallOptions) => inspectSandbox(run, name, options);

  return {
    inspect,
    list: ({ signal } = {}) => listAll(run, signal),
    async create(spec, { signal } = {}) {
      await run(createArguments(spec), { signal, deadlineMs });
      const created = await inspect(spec.name, { signal });
      if (created.phase !== 'absent') return created;
      throw new LifecycleError('SANDBOX_NOT_FOUND', `${spec.name} was created and is already gone`);
    },
    async start(name, { signal } = {}) {
      await run(['sandbox', 'start', name], { signal, deadlineMs });
    },
    async stop(name, { signal } = {}) {
      await run(['sandbox', 'stop', name], { signal, deadlineMs });
    },
    async remove(sandbox, { signal } = {}) {
      if (!(await isThere(inspect, sandbox, signal))) return;
      await run(['sandbox', 'delete', sandbox.name], { signal, deadlineMs }).catch(ignoreMissing);
      await untilGone({ inspect, clock, deadlineMs }, sandbox, signal);
    },
  };
}

async function inspectSandbox(
  run: CommandRunner,
  name: SandboxName,
  options: CallOptions = {},
): Promise<Observation> {
  try {
    return parseSandboxReply(
      await run(['sandbox', 'get', name, '-o', 'json'], { signal: options.signal }),
      name,
    );
  } catch (error) {
    ignoreMissing(error);
    return { phase: 'absent' };
  }
}

function ignoreMissing(error: unknown): void {
  if (!isClamshellError(error) || error.code !== 'SANDBOX_NOT_FOUND') throw error;
}

/** A main process of its own keeps the sandbox up: the default shell ends it with its own end (openshell §1.7). */
function createArguments({ name, from, policy, labels }: SandboxSpec): readonly string[] {
  return [
    'sandbox',
    'create',
    `--name=${name}`,
    ...(from === undefined ? [] : [`--from=${from}`]),
    ...(policy === undefined ? [] : [`--policy=${policy}`]),
    '--no-auto-providers',
    ...Object.entries(labels).map(([key, value]) => `--label=${key}=${value}`),
    '--detach',
    '--',
    'sleep',
    'infinity',
  ];
}

type Inspect = SandboxLifecycle['inspect'];
type Target = Pick<SandboxInfo, 'name' | 'id'>;

/** The gateway deletes by name only, so the id is compared as late as can be (openshell §4). */
async function isThere(
  inspect: Inspect,
  { name, id }: Target,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const seen = await inspect(name, { signal });
  if (seen.phase === 'absent') return false;
  if (seen.id === id) return true;
  throw new LifecycleError('SANDBOX_ID_CHANGED', `${name} is now sandbox ${seen.id}, not ${id}`);
}

interface GoneDeps {
  readonly inspect: Inspect;
  readonly clock: Clock;
  readonly deadlineMs: number;
}

/** A deleted sandbox keeps its name until the driver is done with it (openshell §4). */
async function untilGone(
  deps: GoneDeps,
  { name, id }: Target,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { inspect, clock, deadlineMs } = deps;
  const giveUpAt = clock.now() + deadlineMs;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(pause * 2, LAST_POLL_MS)) {
    const seen = await inspect(name, { signal });
    if (seen.phase === 'absent' || seen.id !== id) return;
    if (clock.now() >= giveUpAt) {
      throw new LifecycleError(
        'DEADLINE_EXCEEDED',
        `${name} is still ${seen.phase} after ${deadlineMs / 1000} s`,
      );
    }
    await clock.sleep(pause, signal);
  }
}
