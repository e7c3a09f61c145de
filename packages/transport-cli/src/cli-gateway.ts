import type { Argv, Clock, SandboxLifecycle, SshEndpointSource } from '@clamshell/core';

import { createEndpointSource } from './endpoint-source.ts';
import { createLifecycle } from './lifecycle.ts';
import { createCommandRunner } from './run-command.ts';

export interface CliGatewayOptions {
  /** The `openshell` executable and what always comes before its own arguments. */
  readonly command: Argv;
  /** A registered gateway's name; the active one when left out. */
  readonly gateway?: string | undefined;
  /** Overrides the endpoint of `gateway`. */
  readonly gatewayEndpoint?: string | undefined;
  /** OpenShell's notion of a workspace. */
  readonly workspace: string;
  /** How long one command may take; those that wait for a sandbox have at least 300 s. */
  readonly timeoutMs: number;
  /** The host's environment, of which the tool sees an allow-listed part. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
}

export type CliGateway = SandboxLifecycle & SshEndpointSource;

/** A gateway behind the `openshell` command line: one process for each call. */
export function createCliGateway(options: CliGatewayOptions): CliGateway {
  const { command, timeoutMs, env, clock, gatewayEndpoint } = options;
  const run = createCommandRunner({ command: [...command, ...globalArguments(options)], timeoutMs, env });
  return { ...createLifecycle({ run, timeoutMs, clock }), ...createEndpointSource({ run, gatewayEndpoint }) };
}

/** In the `--name=value` form, so that no value is ever read as an option. */
function globalArguments({ gateway, gatewayEndpoint, workspace }: CliGatewayOptions): readonly string[] {
  return [
    ...(gateway === undefined ? [] : [`--gateway=${gateway}`]),
    ...(gatewayEndpoint === undefined ? [] : [`--gateway-endpoint=${gatewayEndpoint}`]),
    `--workspace=${workspace}`,
  ];
}
