import type { ChildProcess } from 'node:child_process';

import { execa } from 'execa';

import { type Argv, gatewayEnvironment, LifecycleError } from '@clamshell/core';

import { classifyFailure } from './classify.ts';

/** Beyond it a reply is no reply: characters of stdout, and of stderr. */
const MAX_OUTPUT = 4 * 1024 * 1024;

/** From TERM to KILL. */
const KILL_DELAY_MS = 2000;

export interface CommandOptions {
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs?: number | undefined;
  /** Where it starts; matters only where a path in its words is relative. */
  readonly cwd?: string | undefined;
  /** Variables besides those that every command is given. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Runs one gateway command and resolves with its stdout; rejects with a translated error for any status but 0. */
export type CommandRunner = (args: readonly string[], options?: CommandOptions) => Promise<string>;

interface RunnerOptions {
  readonly command: Argv;
  readonly timeoutMs: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function createCommandRunner({ command, timeoutMs, env }: RunnerOptions): CommandRunner {
  const [file, ...leading] = command;
  const toolEnv = toolEnvironment(env);

  return async (args, { signal, deadlineMs = timeoutMs, cwd, env: more } = {}) => {
    signal?.throwIfAborted();
    const deadline = AbortSignal.timeout(deadlineMs);
    const ending = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
    const place = cwd === undefined ? {} : { cwd };
    const tool = execa(file, [...leading, ...args], {
      ...toolOptions({ ...toolEnv, ...more }, ending),
      ...place,
    });
    releaseWhenEnded(tool.nodeChildProcess, ending);
    const result = await tool;
    signal?.throwIfAborted();
    if (!result.failed) return result.stdout;
    const step = stepOf(args);
    if (deadline.aborted) {
      throw new LifecycleError('DEADLINE_EXCEEDED', `${step} took longer than ${deadlineMs / 1000} s`);
    }
    if (result.isMaxBuffer) {
      throw new LifecycleError('GATEWAY_REPLY_INVALID', `${step} printed more than ${MAX_OUTPUT} characters`);
    }
    const { exitCode, stderr, code: errno } = result;
    throw classifyFailure({ step, executable: file, exitCode, stderr, errno });
  };
}

/** What every process of the tool is given: an allow-listed part of the host's, and the plainest way of speaking. */
export function toolEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string>> {
  return { ...gatewayEnvironment(env), NO_COLOR: '1', NO_GRAPHICS: '1' };
}

/** The subcommand, for messages. */
function stepOf(args: readonly string[]): string {
  const words = args.filter((word) => !word.startsWith('-'));
  return words.length === 0 ? args.slice(0, 1).join('') : words.slice(0, 2).join(' ');
}

function toolOptions(env: Readonly<Record<string, string | undefined>>, ending: AbortSignal) {
  return {
    env,
    extendEnv: false,
    // An inherited pipe would make the tool wait for its end (openshell §1.10).
    stdin: 'ignore',
    maxBuffer: MAX_OUTPUT,
    cancelSignal: ending,
    forceKillAfterDelay: KILL_DELAY_MS,
    killDescendants: true,
    reject: false,
  } as const;
}

/** A descendant that has left the process group can hold the pipes open for ever: they are not waited for then. */
function releaseWhenEnded(tool: ChildProcess, ending: AbortSignal): void {
  const release = () => {
    if (!ending.aborted || (tool.exitCode === null && tool.signalCode === null)) return;
    tool.stdout?.destroy();
    tool.stderr?.destroy();
  };
  tool.once('exit', release);
  ending.addEventListener('abort', release, { once: true });
}
