import {
  type Argv,
  type Clock,
  ConfigError,
  type Logger,
  type SandboxLifecycle,
  silentLogger,
  type SshEndpointSource,
  type TunnelEndpoint,
} from '@clamshell/core';

import { createEndpointSource } from './endpoint-source.ts';
import { createLifecycle } from './lifecycle.ts';
import { createCommandRunner } from './run-command.ts';
import { createTool, type Tool } from './tool.ts';

export interface CliGatewayOptions {
  /** The `openshell` executable and what always comes before its own arguments. */
  readonly command: Argv;
  /** A registered gateway's name; the active one when left out. */
  readonly gateway?: string | undefined;
  /** Overrides the endpoint of `gateway`, which must be named then. */
  readonly gatewayEndpoint?: string | undefined;
  /** OpenShell's notion of a workspace. */
  readonly workspace: string;
  /** How long one command may take; those that wait for a sandbox have at least 300 s. */
  readonly timeoutMs: number;
  /** The host's environment, of which the tool sees an allow-listed part. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Variables besides, for `create` with `autoProviders` alone: the credentials that providers are made from. */
  readonly credentialVariables?: readonly string[] | undefined;
  /** What `--version` would say, where that is known; saves the probe. */
  readonly version?: string | undefined;
  readonly clock: Clock;
  readonly logger?: Logger | undefined;
}

export type CliGateway = SandboxLifecycle & SshEndpointSource<TunnelEndpoint>;

/** A gateway behind the `openshell` command line: one process for each call, and one probe of its version for all. */
export function createCliGateway(options: CliGatewayOptions): CliGateway {
  const { timeoutMs, env, clock, gatewayEndpoint, credentialVariables = [] } = options;
  const tool = openTool(options);
  const credentials = Object.fromEntries(credentialVariables.map((name) => [name, env[name]]));
  return {
    ...createLifecycle({ tool, timeoutMs, clock, credentials }),
    ...createEndpointSource({ tool, clock, gatewayEndpoint }),
  };
}

export function openTool(options: CliGatewayOptions): Tool {
  const { command, timeoutMs, env, logger = silentLogger } = options;
  if (options.gatewayEndpoint !== undefined && options.gateway === undefined) {
    // The tool would take the URL for the gateway's name, and find no credentials under it (openshell §1.1).
    throw new ConfigError('CONFIG_INVALID', 'A gateway endpoint needs the name of its gateway beside it');
  }
  return createTool(createCommandRunner({ command, timeoutMs, env }), { ...options, logger });
}
