import type { Clock } from '@clamshell/core';

import type { ChannelSlots } from '../connection/channel-slots.ts';
import type { Link } from '../connection/open-link.ts';

/** What every command of one connection shares. */
export interface ShellDeps {
  readonly link: Link;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
  readonly commandSlots: ChannelSlots;
  /** Signals have turns of their own, so that commands that hold all theirs can be ended. */
  readonly signalSlots: ChannelSlots;
}
