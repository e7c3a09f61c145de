import { Command } from 'commander';

import { describeVersion } from '../dialect/dialect.ts';
import type { CliContext } from './cli-context.ts';
import { toJson } from './describe-sandbox.ts';
import { outputOption } from './output-option.ts';

/** `status`: there is nothing that could be out of reach. */
export function statusCommand(contextOf: () => CliContext, hasOutput: boolean): Command {
  const command = new Command('status').description('say which gateway this is');
  if (hasOutput) command.addOption(outputOption());
  return command.action(({ output }: { readonly output?: string }) => {
    const { scope, dialect, print } = contextOf();
    const status = { gateway: scope.gateway, status: 'connected', version: describeVersion(dialect) };
    if (output === 'json') print(toJson(status));
    else print(`Gateway: ${status.gateway}\nStatus: ${status.status}\nVersion: ${status.version}\n`);
  });
}
