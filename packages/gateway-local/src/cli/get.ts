import { Command } from 'commander';

import { observeSandbox } from '../lifecycle/observe-sandbox.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext, CommandLine } from './cli-context.ts';
import { describePolicy, describeSandbox, toJson, toTable } from './describe-sandbox.ts';
import { outputOption } from './output-option.ts';

/** `sandbox get NAME`. */
export function getCommand(contextOf: () => CliContext, { dialect }: CommandLine): Command {
  const command = new Command('get').description('show one sandbox').argument('<name>');
  if (dialect.hasOutput) command.addOption(outputOption());
  return command.action(async (name: string, { output }: { readonly output?: string }) => {
    const { scope, print } = contextOf();
    const view = await observeSandbox(placeOf(scope, name));
    const described = describeSandbox(view, scope.workspace);
    print(output === 'json' ? toJson({ ...described, ...describePolicy(view) }) : toTable([described]));
  });
}
