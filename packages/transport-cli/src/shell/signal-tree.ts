import { type Clock, CommandError, FIND_TAGGED, RUN_VARIABLE, type Signal } from '@clamshell/core';

import type { Tool } from '../tool.ts';

/** From TERM to KILL, and from there to giving up. */
const TERM_GRACE_MS = 1000;
const KILL_GRACE_MS = 5000;
const PAUSE_MS = 50;

/**
 * Sends `$1` to what is left of a tree: the group, or else the process, `$2`, and every process whose environment holds
 * `$3`, which also those carry that left the group. `0` only looks. Says `left` or `gone`; a zombie is not counted.
 */
const SIGNAL_TREE = `${FIND_TAGGED}
left=gone
[ "$1" = 0 ] || kill -s "$1" -- "-$2" 2>/dev/null || kill -s "$1" "$2" 2>/dev/null
for file in $(tagged "$3"); do
  pid=\${file#/proc/}
  pid=\${pid%/environ}
  [ "$1" = 0 ] || kill -s "$1" "$pid" 2>/dev/null
  left=left
done
for file in /proc/[0-9]*/stat; do
  { read -r line <"$file"; } 2>/dev/null || continue
  pid=\${line%% *}
  rest=\${line##*) }
  state=\${rest%% *}
  rest=\${rest#* * }
  case $state in Z | X) continue ;; esac
  [ "$pid" != "$2" ] && [ "\${rest%% *}" != "$2" ] || left=left
done
printf '\\n%s %s\\n' "$3" $left`;

interface SignalDeps {
  readonly tool: Tool;
  readonly clock: Clock;
  readonly name: string;
}

export interface ProcessTree {
  readonly pid: string;
  /** What its processes carry in their environment. */
  readonly tag: string;
}

/** Resolves once the signal was sent, for KILL once nothing of the tree is left. A tree that is gone is success. */
export async function signalTree(deps: SignalDeps, tree: ProcessTree, signal: Signal): Promise<void> {
  const isLeft = await send(deps, tree, signal);
  if (signal === 'KILL' && isLeft && !(await isGoneWithin(deps, [tree, 'KILL'], KILL_GRACE_MS)))
    throw new CommandError('PROCESS_NOT_ENDED', 'Some of the command’s processes could not be killed');
}

/** TERM, time to obey it, then KILL until nothing is left. */
export async function endTree(deps: SignalDeps, tree: ProcessTree): Promise<void> {
  if (!(await send(deps, tree, 'TERM'))) return;
  if (await isGoneWithin(deps, [tree, '0'], TERM_GRACE_MS)) return;
  await isGoneWithin(deps, [tree, 'KILL'], KILL_GRACE_MS);
}

/** Sends the signal again and again: a tree may grow while it is swept. */
async function isGoneWithin(
  deps: SignalDeps,
  [tree, signal]: readonly [ProcessTree, Signal | '0'],
  ms: number,
): Promise<boolean> {
  const end = deps.clock.now() + ms;
  while (await send(deps, tree, signal)) {
    if (deps.clock.now() >= end) return false;
    await deps.clock.sleep(PAUSE_MS);
  }
  return true;
}

/** True while something was left. */
async function send(
  { tool, name }: SignalDeps,
  { pid, tag }: ProcessTree,
  signal: Signal | '0',
): Promise<boolean> {
  const variable = `${RUN_VARIABLE}=${tag}`;
  const words = ['sh', '-c', SIGNAL_TREE, 'clamshell', signal, pid, variable];
  const said = await tool.run(['sandbox', 'exec', `--name=${name}`, '--no-tty', '--', ...words]);
  if (said.includes(`\n${variable} gone`)) return false;
  if (said.includes(`\n${variable} left`)) return true;
  throw new CommandError('COMMAND_NOT_STARTED', `The signal ${signal} could not be sent`);
}
