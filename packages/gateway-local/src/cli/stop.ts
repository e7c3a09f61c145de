import { Command } from 'commander';

import { stopSandbox } from '../lifecycle/stop-sandbox.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox stop NAME`. */
export function stopCommand(contextOf: () => CliContext): Command {
  return new Command('stop')
    .description('end a sandbox’s processes and keep its files')
    .argument('<name>')
    .action(async (name: string) => {
      const { host, scope, print } = contextOf();
      await stopSandbox(host, scope, placeOf(scope, name).name);
      print(`✓ Stopped sandbox ${name}\n`);
    });
}
