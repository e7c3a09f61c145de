import { Command } from 'commander';

import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox upload NAME LOCAL [DEST]` (openshell §1.8). */
export function uploadCommand(contextOf: () => CliContext): Command {
  const command = new Command('upload');
  return command
    .description('copy a file or a directory into a Ready sandbox')
    .argument('<name>')
    .argument('<local>')
    .argument('[destination]')
    .option('--no-git-ignore', 'also what git ignores')
    .action(async (name: string, local: string, destination: string | undefined) => {
      const isGitAware = command.opts<UploadOptions>().gitIgnore;
      const { scope, streams, host } = contextOf();
      streams.stderr.write(`Uploading ${local} -> sandbox:${destination ?? '~'}\n`);
      // What speaks SSH is large, and only some commands need it.
      const { connectSandbox } = await import('../reach/connect-sandbox.ts');
      const { upload } = await import('../reach/upload.ts');
      using connection = await connectSandbox(placeOf(scope, name), streams.stderr);
      await upload(connection, { local, destination, cwd: host.directory, isGitAware });
      streams.stderr.write('✓ Upload complete\n');
    });
}

interface UploadOptions {
  readonly gitIgnore: boolean;
}
