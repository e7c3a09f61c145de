import { Command } from 'commander';

import { startSandbox } from '../lifecycle/start-sandbox.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox start NAME`. */
export function startCommand(contextOf: () => CliContext): Command {
  return new Command('start')
    .description('start a stopped sandbox with its files')
    .argument('<name>')
    .action(async (name: string) => {
      const { host, scope, print } = contextOf();
      await startSandbox(host, scope, placeOf(scope, name).name);
      print(`✓ Started sandbox ${name}\n`);
    });
}
