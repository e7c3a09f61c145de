import { settlesWithin } from '../connection/settles-within.ts';
import type { RunningCommand } from './running-command.ts';
import type { ShellDeps } from './shell-deps.ts';
import { endTree, type ProcessTree } from './signal-tree.ts';

/** What the sandbox needs to end a tree that ignores TERM, and some more. */
const END_GRACE_MS = 5000;

/** From the end of the tree to the closing of its channel. */
const CLOSE_GRACE_MS = 2000;

interface Ending {
  readonly running: RunningCommand;
  readonly tree: ProcessTree;
  readonly reason: unknown;
}

/** Ends the process tree as far as the link allows, in bounded time, then breaks the channel with `reason`. */
export async function endCommand(
  { control, clock }: Pick<ShellDeps, 'control' | 'clock'>,
  { running, tree, reason }: Ending,
): Promise<void> {
  running.stdout.discard();
  running.stderr.discard();
  if (control !== undefined) {
    await settlesWithin(endTree({ control, clock }, tree), END_GRACE_MS, clock);
    await settlesWithin(running.exit, CLOSE_GRACE_MS, clock);
  }
  running.giveUp(reason);
}
