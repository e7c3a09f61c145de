import {
  type Clock,
  CommandError,
  FIND_TAGGED,
  invariant,
  type RequestChannel,
  RUN_VARIABLE,
  type Signal,
} from '@clamshell/core';

import type { KillTarget } from './await-start.ts';

/** From TERM to KILL, and from there to giving up. Together less than two seconds. */
const TERM_GRACE_MS = 1000;
const KILL_GRACE_MS = 900;

const FIRST_LOOK_MS = 20;
const MAX_PAUSE_MS = 200;

/**
 * Sends `$1`, once, to each process of a tree: the group and the session that `$2` names with a hyphen, or the process
 * that it names without, and what holds `$3` in its environment, which also those carry that left the session. `0` only
 * looks. Exits with 1 when nothing is left; a process that has ended and that nobody asked about (a zombie) does not
 * count.
 */
const SIGNAL_TREE = `${FIND_TAGGED}
[ -r /proc/self/stat ] || { kill -s "$1" -- "$2" 2>/dev/null; exit; }
signal=$1
target=$2
found=
for file in $(tagged "$3"); do
  pid=\${file#/proc/}
  found="$found \${pid%/environ}"
done
set -- /proc/[0-9]*/stat
set -f
for file; do
  { read -r line <"$file"; } 2>/dev/null || continue
  pid=\${line%% *}
  set -- \${line##*) }
  case $1 in Z|X) continue ;; esac
  case $target in "$pid"|"-$3"|"-$4") ;; *) continue ;; esac
  case "$found " in *" $pid "*) ;; *) found="$found $pid" ;; esac
done
[ -n "$found" ] || exit 1
set +f
for pid in $found; do kill -s "$signal" "$pid" 2>/dev/null; done
exit 0`;

interface SignalDeps {
  readonly control?: RequestChannel | undefined;
  readonly clock: Clock;
}

export interface ProcessTree {
  readonly target: KillTarget;
  /** What its processes carry in their environment. */
  readonly tag: string;
}

/** Resolves once the signal was sent, for KILL once nothing of the tree is left. A tree that is gone is success. */
export async function signalTree(
  { control, clock }: SignalDeps,
  tree: ProcessTree,
  signal: Signal,
): Promise<void> {
  invariant(control, 'only commands with a control channel are handed out');
  const isLeft = await send(control, tree, signal);
  if (
    signal === 'KILL' &&
    isLeft &&
    !(await isGoneWithin({ control, clock, tree, signal, ms: KILL_GRACE_MS }))
  )
    throw new CommandError('PROCESS_NOT_ENDED', 'Some of the command’s processes could not be killed');
}

/** TERM, time to obey it, then KILL until nothing is left. False where something was left in the end. */
export async function endTree(
  deps: { readonly control: RequestChannel; readonly clock: Clock },
  tree: ProcessTree,
): Promise<boolean> {
  if (!(await send(deps.control, tree, 'TERM'))) return true;
  if (await isGoneWithin({ ...deps, tree, signal: '0', ms: TERM_GRACE_MS })) return true;
  return isGoneWithin({ ...deps, tree, signal: 'KILL', ms: KILL_GRACE_MS });
}

interface Wait {
  readonly control: RequestChannel;
  readonly clock: Clock;
  readonly tree: ProcessTree;
  readonly signal: Signal | '0';
  readonly ms: number;
}

/** Sends the signal again and again: a tree may grow while it is swept. */
async function isGoneWithin({ control, clock, tree, signal, ms }: Wait): Promise<boolean> {
  const end = clock.now() + ms;
  for (let pause = FIRST_LOOK_MS; ; pause = Math.min(2 * pause, MAX_PAUSE_MS)) {
    if (!(await send(control, tree, signal))) return true;
    if (clock.now() >= end) return false;
    await clock.sleep(pause);
  }
}

/** True while something was left. */
async function send(
  control: RequestChannel,
  { target, tag }: ProcessTree,
  signal: Signal | '0',
): Promise<boolean> {
  const args = [signal, target, `${RUN_VARIABLE}=${tag}`];
  const { status } = await control.request({ program: SIGNAL_TREE, args, maxReplyBytes: 1024 });
  return status === 0;
}
