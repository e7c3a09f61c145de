import { ConfigError, type Logger } from '@clamshell/core';

import { type Dialect, dialectOf } from './dialect.ts';
import type { CommandOptions, CommandRunner } from './run-command.ts';

/** The gateway's tool with its dialect: whoever makes a command's words asks it first. */
export interface Tool {
  /**
   * One probe for all calls, also for those at the same time; a failed one is made again by the next call. An abort ends
   * the wait for it, not the probe.
   */
  dialect(options?: CommandOptions): Promise<Dialect>;
  /** The words that come before a subcommand. */
  globals(options?: CommandOptions): Promise<readonly string[]>;
  /** Runs a subcommand as `CommandRunner` does, with the global words before it. */
  run: CommandRunner;
}

interface ToolOptions {
  readonly gateway?: string | undefined;
  readonly gatewayEndpoint?: string | undefined;
  readonly workspace: string;
  readonly version?: string | undefined;
  readonly logger: Logger;
}

const DEFAULT_WORKSPACE = 'default';

export function createTool(runRaw: CommandRunner, options: ToolOptions): Tool {
  let probing: Promise<Dialect> | undefined;
  const probe = async () => {
    try {
      return judge(dialectOf(options.version ?? (await runRaw(['--version']))), options);
    } catch (error) {
      probing = undefined;
      throw error;
    }
  };
  const dialect = ({ signal }: CommandOptions = {}) => unlessAborted((probing ??= probe()), signal);
  const globals = async (call?: CommandOptions) => globalArguments(options, await dialect(call));
  return {
    dialect,
    globals,
    run: async (args, call) => runRaw([...(await globals(call)), ...args], call),
  };
}

function judge(dialect: Dialect, { workspace, logger }: ToolOptions): Dialect {
  if (!dialect.hasWorkspaces && workspace !== DEFAULT_WORKSPACE) {
    const message = `openshell ${dialect.version} knows no workspaces, so not the workspace ${workspace} either`;
    throw new ConfigError('GATEWAY_TOO_OLD', message);
  }
  if (!dialect.isKnown) {
    logger.warn(
      `openshell says its version is "${dialect.version}", which is not known here: taken for the newest`,
    );
  }
  return dialect;
}

async function unlessAborted<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** In the `--name=value` form, so that no value is ever read as an option. */
function globalArguments(
  { gateway, gatewayEndpoint, workspace }: ToolOptions,
  { hasWorkspaces }: Dialect,
): readonly string[] {
  return [
    ...(gateway === undefined ? [] : [`--gateway=${gateway}`]),
    ...(gatewayEndpoint === undefined ? [] : [`--gateway-endpoint=${gatewayEndpoint}`]),
    ...(hasWorkspaces ? [`--workspace=${workspace}`] : []),
  ];
}
