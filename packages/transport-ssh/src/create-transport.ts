import { type Clock, createShellRequestChannel, type SandboxTransport } from '@clamshell/core';

import type { ShellDeps } from './command/shell-deps.ts';
import { createShellRunner } from './command/shell-runner.ts';
import { ChannelSlots } from './connection/channel-slots.ts';
import type { Link } from './connection/open-link.ts';
import type { ProxyProcess } from './connection/proxy-process.ts';
import { createRequestChannel, REQUEST_SHELLS } from './requests/request-channel.ts';

/** With the request shells what sshd allows a connection by default, `MaxSessions 10`. */
const COMMAND_CHANNELS = 7;
const SIGNAL_CHANNELS = 1;

/** How long a tunnel may take to end by itself after a goodbye. */
const PATIENCE_MS = 1000;

interface TransportParts {
  readonly link: Link;
  readonly proxy: ProxyProcess;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
}

/** Everything that one link carries. */
export function createTransport({ link, proxy, clock, startTimeoutMs }: TransportParts): SandboxTransport {
  let isDisposed = false;
  const lost = new Promise<Error>((resolve) => {
    link.gone.addEventListener('abort', () => {
      if (!isDisposed) resolve(link.gone.reason as Error);
    });
  });
  const signalSlots = new ChannelSlots(SIGNAL_CHANNELS);
  const withSlots = (size: number): ShellDeps => ({
    link,
    clock,
    startTimeoutMs,
    commandSlots: new ChannelSlots(size),
    signalSlots,
  });
  const shell = createShellRunner(withSlots(COMMAND_CHANNELS));
  const fallback = createShellRequestChannel(shell);
  return {
    shell,
    requests: createRequestChannel({ ...withSlots(REQUEST_SHELLS), fallback }),
    lost,
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      link.close();
      await proxy.end(PATIENCE_MS);
    },
  };
}
