import { fileURLToPath } from 'node:url';

/**
 * The argv that runs `openshell-local` with this very Node, to which a subcommand and its arguments are added. The
 * program is one file that needs no installed package, with the supervisor's beside it.
 */
export function openShellLocalCommand(): [string, ...string[]] {
  return [process.execPath, fileURLToPath(new URL('../dist/openshell-local.js', import.meta.url))];
}
