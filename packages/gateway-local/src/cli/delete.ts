import { Command } from 'commander';

import { requestDelete } from '../lifecycle/request-delete.ts';
import { listSandboxes } from '../lifecycle/list-sandboxes.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox delete NAME…`: stops at the first that fails (openshell §1.3, §1.5). */
export function deleteCommand(contextOf: () => CliContext): Command {
  const command = new Command('delete')
    .description('end sandboxes and remove their files')
    .argument('[names...]');
  return command
    .option('--all', 'all of this workspace')
    .action(async (names: string[], { all }: { all?: boolean }) => {
      const { host, scope, print } = contextOf();
      if (names.length > 0 === (all ?? false)) command.error('error: name sandboxes, or give --all');
      const doomed = all ? (await listSandboxes(scope)).map(({ record }) => record.name) : names;
      for (const name of doomed) {
        await requestDelete(host, scope, placeOf(scope, name).name);
        print(`✓ Deleted sandbox ${name}\n`);
      }
    });
}
