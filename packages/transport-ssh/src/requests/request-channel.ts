import {
  type CallOptions,
  type RequestChannel,
  type ShellReply,
  type ShellRequest,
  withDeadline,
} from '@clamshell/core';

import type { ShellDeps } from '../command/shell-deps.ts';
import { ChannelSlots } from '../connection/channel-slots.ts';
import { type RequestShell, startRequestShell } from './request-shell.ts';

/** Two, so that a long request leaves one for short ones. */
export const REQUEST_SHELLS = 2;

interface ChannelDeps extends ShellDeps {
  /** For a sandbox that can't run the loop. */
  readonly fallback: RequestChannel;
}

/** Requests answered by shells that stay open: one round trip each. */
export function createRequestChannel(deps: ChannelDeps): RequestChannel {
  const turns = new ChannelSlots(REQUEST_SHELLS);
  const idle: RequestShell[] = [];
  let isUnfit = false;

  const start = async (signal: AbortSignal | undefined) => {
    const shell = isUnfit ? undefined : await startRequestShell(deps, signal);
    isUnfit ||= shell === undefined;
    return shell;
  };
  const request = async (asked: ShellRequest, options: CallOptions): Promise<ShellReply> => {
    const { signal } = options;
    const pass = await turns.take([deps.link.gone, signal]);
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
    return deps.fallback.request(asked, options);
  };
  return {
    request: (asked, options = {}) => withDeadline(deps.clock, options, (bound) => request(asked, bound)),
  };
}

function takeUsable(idle: RequestShell[]): RequestShell | undefined {
  for (let shell = idle.pop(); shell !== undefined; shell = idle.pop()) {
    if (!shell.isOver) return shell;
  }
  return undefined;
}
