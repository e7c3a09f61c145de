import {
  type SandboxTransport,
  type TransportConnector,
  TransportError,
  withDeadline,
} from '@clamshell/core';

import { type CliGatewayOptions, createCliGateway, openTool } from './cli-gateway.ts';
import { createFileTransfer } from './files/file-transfer.ts';
import { toolEnvironment } from './run-command.ts';
import { createShellRunner } from './shell/shell-runner.ts';
import { Slots } from './shell/slots.ts';

/** Of one sandbox; its gateway takes 32 (openshell §2.2). */
const COMMANDS_AT_ONCE = 8;

/** At least, for one transfer: it grows with what is carried. */
const TRANSFER_DEADLINE_MS = 600_000;

/**
 * Sandboxes through the `openshell` command line alone, for who has no SSH: slow, since each command and each transfer
 * is a process of the tool and a way through the gateway. There is no link to lose: `lost` never resolves.
 */
export function createCliConnector(options: CliGatewayOptions): TransportConnector {
  const { command, clock } = options;
  const gateway = createCliGateway(options);
  const tool = openTool(options);
  const env = toolEnvironment(options.env);
  return {
    connect: (name, call = {}) =>
      withDeadline(clock, call, async (bound): Promise<SandboxTransport> => {
        const { phase } = await gateway.inspect(name, bound);
        if (phase !== 'ready') {
          const message = `Sandbox ${name} is ${phase}`;
          throw new TransportError(phase === 'absent' ? 'SANDBOX_NOT_FOUND' : 'SANDBOX_NOT_READY', message);
        }
        const slots = new Slots(COMMANDS_AT_ONCE);
        const shell = createShellRunner({ tool, clock, name, command, env, slots });
        const deadlineMs = Math.max(options.timeoutMs, TRANSFER_DEADLINE_MS);
        const files = createFileTransfer({ tool, shell, clock, name, deadlineMs });
        return { shell, files, lost: new Promise(() => {}), [Symbol.asyncDispose]: () => Promise.resolve() };
      }),
  };
}
