import { Command } from 'commander';

import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox download NAME SOURCE [DEST]` (openshell §1.9). */
export function downloadCommand(contextOf: () => CliContext): Command {
  return new Command('download')
    .description('copy a file, or a directory’s contents, out of a Ready sandbox')
    .argument('<name>')
    .argument('<source>')
    .argument('[destination]', 'here when left out', '.')
    .action(async (name: string, source: string, destination: string) => {
      const { scope, streams, host } = contextOf();
      // What speaks SSH is large, and only some commands need it.
      const { connectSandbox } = await import('../reach/connect-sandbox.ts');
      const { download } = await import('../reach/download.ts');
      using connection = await connectSandbox(placeOf(scope, name), streams.stderr);
      await download(connection, { source, destination, cwd: host.directory });
    });
}
