import os from 'node:os';
import path from 'node:path';

import { ConfigError, invariant } from '@clamshell/core';

/**
 * Where state that must survive `git clean -fdx` lies: `$XDG_STATE_HOME` or `~/.local/state`, then `clamshell`, then
 * `segments`, each one plain name. A relative XDG_STATE_HOME is ignored, as the XDG base directory specification says.
 * Creates nothing. Throws CONFIG_INVALID when no home directory is known.
 */
export function resolveStateDirectory(
  env: Readonly<Record<string, string | undefined>>,
  ...segments: string[]
): string {
  invariant(segments.every(isPlainName), `a state directory is below its parent: ${segments.join(', ')}`);
  const base = absolute(env['XDG_STATE_HOME']) ?? path.join(findHome(env), '.local', 'state');
  return path.join(base, 'clamshell', ...segments);
}

function isPlainName(segment: string): boolean {
  return !['', '.', '..'].includes(segment) && !/[/\0]/.test(segment);
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && path.isAbsolute(value) ? value : undefined;
}

function findHome(env: Readonly<Record<string, string | undefined>>): string {
  const home = absolute(env['HOME']);
  if (home !== undefined) return home;
  try {
    return os.userInfo().homedir;
  } catch (cause) {
    throw new ConfigError('CONFIG_INVALID', 'No home directory is known for this user', {
      hint: 'Set HOME or XDG_STATE_HOME to an absolute path.',
      cause,
    });
  }
}
