import type { Clock, RequestChannel } from '@clamshell/core';

import type { ChannelSlots } from '../connection/channel-slots.ts';
import type { Link } from '../connection/open-link.ts';

/** What the commands of one kind share. */
export interface ShellDeps {
  readonly link: Link;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
  readonly slots: ChannelSlots;
  /** Whether a ready shell is kept waiting. */
  readonly isSparing: boolean;
  /**
   * How process trees are signalled: its turns are its own, so that commands that hold all theirs can be ended. The
   * shells that do it have none; they end with their input.
   */
  readonly control?: RequestChannel | undefined;
}
