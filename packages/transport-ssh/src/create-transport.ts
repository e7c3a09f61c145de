import {
  type Clock,
  createShellRequestChannel,
  type RequestChannel,
  type SandboxTransport,
  type ShellRunner,
  type SshEndpoint,
} from '@clamshell/core';

import type { ShellDeps } from './command/shell-deps.ts';
import { createShellRunner } from './command/shell-runner.ts';
import { createCommandStarter } from './command/spawn-command.ts';
import { ChannelSlots } from './connection/channel-slots.ts';
import type { Link } from './connection/open-link.ts';
import type { Road } from './connection/road.ts';
import { createPortForwarder } from './forward/port-forwarder.ts';
import { createProcessTable } from './processes/process-table.ts';
import { createRequestChannel } from './requests/request-channel.ts';
import { createExecSpecSource } from './specs/exec-spec-source.ts';
import { createSharedConnection } from './specs/shared-connection.ts';
import { createFileTransfer } from './transfer/file-transfer.ts';

/** Together what sshd allows a connection by default, `MaxSessions 10`. Two for requests: a long one leaves one free. */
const COMMAND_CHANNELS = 7;
const REQUEST_CHANNELS = 2;
const CONTROL_CHANNELS = 1;

/** How long a tunnel may take to end by itself after a goodbye. */
const PATIENCE_MS = 1000;

interface TransportParts {
  readonly link: Link;
  readonly endpoint: SshEndpoint;
  /** What local programs that reach the endpoint may see of the host. */
  readonly env: Readonly<Record<string, string>>;
  readonly road: Road;
  readonly clock: Clock;
  readonly startTimeoutMs: number;
}

export interface SshTransport extends SandboxTransport {
  readonly requests: RequestChannel;
}

/** Everything that one link carries. */
export function createTransport(parts: TransportParts): SshTransport {
  const { link, road } = parts;
  let isDisposed = false;
  const lost = new Promise<Error>((resolve) => {
    link.gone.addEventListener('abort', () => {
      if (!isDisposed) resolve(link.gone.reason as Error);
    });
  });
  const { commands, requests, control } = createChannels(parts);
  const shell = createShellRunner(commands, parts.clock);
  const connection = createSharedConnection({ ...parts, hostKey: link.hostKey });
  return {
    shell,
    requests,
    files: createFileTransfer({ starter: commands, ...parts }),
    ports: createPortForwarder(parts),
    processes: createProcessTable({ shell, requests, control, ...parts }),
    specs: createExecSpecSource({ requests, control, connection, ...parts }),
    lost,
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      link.close();
      await Promise.all([road.end(PATIENCE_MS), connection[Symbol.asyncDispose]()]);
    },
  };
}

/** Commands, requests and signals, each kind with channels of its own. */
function createChannels({ link, clock, startTimeoutMs }: TransportParts) {
  const kindOf = (channels: number, more: Partial<ShellDeps> = {}): ShellDeps => {
    const slots = new ChannelSlots(channels);
    return { link, clock, startTimeoutMs, slots, isSparing: false, ...more };
  };
  const requestsBy = (deps: ShellDeps, shells: number, makeFallback: typeof createShellRequestChannel) => {
    const starter = createCommandStarter(deps);
    const fallback = makeFallback(createShellRunner(starter, clock));
    return createRequestChannel({ starter, clock, gone: link.gone, shells, fallback });
  };
  const control = requestsBy(kindOf(CONTROL_CHANNELS), CONTROL_CHANNELS, createPlainChannel);
  const requests = requestsBy(
    kindOf(REQUEST_CHANNELS, { control }),
    REQUEST_CHANNELS,
    createShellRequestChannel,
  );
  const commands = createCommandStarter(kindOf(COMMAND_CHANNELS, { control, isSparing: true }));
  commands.prepare();
  return { commands, requests, control };
}

/** For signals, whose arguments anyone may see, where a sandbox has nothing but a shell. */
function createPlainChannel(shell: ShellRunner): RequestChannel {
  return {
    async request({ program, args, maxReplyBytes }, options) {
      const argv = ['sh', '-c', program, 'clamshell', ...args.map(String)] as const;
      const { code, ...outputs } = await shell.run({ argv, maxOutputBytes: maxReplyBytes }, options);
      return { status: code, ...outputs };
    },
  };
}
