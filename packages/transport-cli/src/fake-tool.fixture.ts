import { setTimeout } from 'node:timers/promises';

import type { Argv, Clock } from '@clamshell/core';

import { type CliGateway, type CliGatewayOptions, createCliGateway } from './index.ts';

interface Saying {
  readonly stdout?: string;
  readonly stderr?: string;
  readonly status?: number;
}

const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
};

/** A gateway whose tool is a real process that says one thing, whatever it is asked. */
export function gatewayThatSays({ stdout = '', stderr = '', status = 0 }: Saying): CliGateway {
  const script = 'printf %s "$1"; printf %s "$2" >&2; exit "$3"';
  return gatewayOf(['sh', '-c', script, 'fake', stdout, stderr, String(status)], {});
}

/** A gateway whose tool is `script`, with the directory `$1` to keep state in and the call's own arguments after it. */
export function gatewayOfScript(
  script: string,
  directory: string,
  options: Partial<CliGatewayOptions> = {},
): CliGateway {
  return gatewayOf(['sh', '-c', script, 'fake', directory], options);
}

function gatewayOf(command: Argv, options: Partial<CliGatewayOptions>): CliGateway {
  return createCliGateway({
    command,
    workspace: 'default',
    timeoutMs: 20_000,
    env: process.env,
    version: 'openshell 0.0.111',
    clock,
    ...options,
  });
}
