import { CommandError, type Signal } from '@clamshell/core';

import type { KillTarget } from './await-start.ts';
import { openChannel } from '../connection/open-channel.ts';
import { adoptChannel, type RunningCommand } from './running-command.ts';
import { settlesWithin } from '../connection/settles-within.ts';
import type { ShellDeps } from './shell-deps.ts';
import { endText, signalText } from './signal-script.ts';

/** How long a command may take to show its process group when it is to be ended before it has begun. */
const START_GRACE_MS = 2000;

/** What the sandbox needs to end a group that ignores TERM, and some more. */
const END_GRACE_MS = 5000;

/** From the end of the group to the closing of its channel. */
const CLOSE_GRACE_MS = 2000;

type SignalDeps = Pick<ShellDeps, 'link' | 'clock' | 'signalSlots'>;

interface Ending {
  readonly running: RunningCommand;
  readonly starting: Promise<KillTarget>;
  readonly reason: unknown;
}

/** Ends the process group as far as the link allows, in bounded time, then breaks the channel with `reason`. */
export async function endCommand(deps: SignalDeps, { running, starting, reason }: Ending): Promise<void> {
  const { clock } = deps;
  if (await settlesWithin(starting, START_GRACE_MS, clock)) {
    const target = await starting.catch(() => undefined);
    running.stdout.discard();
    running.stderr.discard();
    if (target !== undefined) await settlesWithin(control(deps, endText(target)), END_GRACE_MS, clock);
    await settlesWithin(running.exit, CLOSE_GRACE_MS, clock);
  }
  running.giveUp(reason);
}

/** Resolves once the signal was sent; a group that is gone is success. */
export async function signalCommand(deps: SignalDeps, target: KillTarget, signal: Signal): Promise<void> {
  const { code } = await control(deps, signalText(target, signal));
  if (code !== 0) throw new CommandError('COMMAND_NOT_STARTED', `The signal ${signal} could not be sent`);
}

/** Runs one constant script on a channel of its own, whatever it prints. */
async function control({ link, clock, signalSlots: slots }: SignalDeps, text: string) {
  const running = await openChannel({
    link,
    slots,
    clock,
    text,
    adopt: (channel) => adoptChannel(link, channel),
  });
  running.stdout.discard();
  running.stderr.discard();
  void running.stdin.end().catch(() => {});
  return running.exit;
}
