import path from 'node:path';

import { ConfigError, escapeControls, type RelPath, relPathFromText } from '@clamshell/core';

import type { CommandContext } from '../context.ts';

/** The paths of the command line, as seen from where we stand; `undefined` where none was given. Throws PATH_INVALID. */
export async function givenPaths(context: CommandContext): Promise<readonly RelPath[] | undefined> {
  const { args } = context.input;
  if (args.length === 0) return undefined;
  const { root, inside } = await context.workspace();
  const paths = args.map((arg) => path.relative(root, path.resolve(root, inside, arg)));
  // The root itself is everything.
  return paths.includes('') ? undefined : paths.map(parse);
}

function parse(relative: string): RelPath {
  if (relative !== '..' && !relative.startsWith('../')) return relPathFromText(relative);
  throw new ConfigError('PATH_INVALID', `Outside the workspace: ${escapeControls(relative)}`, {
    hint: 'Name a path inside the workspace.',
  });
}
