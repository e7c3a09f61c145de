import {
  type CallOptions,
  type Clock,
  type RequestChannel,
  type ShellReply,
  type ShellRequest,
  withDeadline,
} from '@clamshell/core';

import type { CommandStarter } from '../command/spawn-command.ts';
import { ChannelSlots } from '../connection/channel-slots.ts';
import { type RequestShell, startRequestShell } from './request-shell.ts';

interface ChannelDeps {
  readonly starter: CommandStarter;
  readonly clock: Clock;
  /** Aborts with the link. */
  readonly gone: AbortSignal;
  /** How many requests are answered at once, each by a shell that stays open. */
  readonly shells: number;
  /** For a sandbox that can't run the loop. */
  readonly fallback: RequestChannel;
}

/** Requests answered by shells that stay open: one round trip each. */
export function createRequestChannel({
  starter,
  clock,
  gone,
  shells,
  fallback,
}: ChannelDeps): RequestChannel {
  const turns = new ChannelSlots(shells);
  const idle: RequestShell[] = [];
  let isUnfit = false;

  const start = async (signal: AbortSignal | undefined) => {
    const shell = isUnfit ? undefined : await startRequestShell(starter, signal);
    isUnfit ||= shell === undefined;
    return shell;
  };
  const request = async (asked: ShellRequest, options: CallOptions): Promise<ShellReply> => {
    const { signal } = options;
    const pass = await turns.take([gone, signal]);
    try {
      const shell = takeUsable(idle) ?? (await start(signal));
      if (shell !== undefined) {
        const reply = await shell.answer(asked, signal);
        idle.push(shell);
        return reply;
      }
    } finally {
      pass();
    }
    return fallback.request(asked, options);
  };
  return {
    request: (asked, options = {}) => withDeadline(clock, options, (bound) => request(asked, bound)),
  };
}

function takeUsable(idle: RequestShell[]): RequestShell | undefined {
  for (let shell = idle.pop(); shell !== undefined; shell = idle.pop()) {
    if (!shell.isOver) return shell;
  }
  return undefined;
}
