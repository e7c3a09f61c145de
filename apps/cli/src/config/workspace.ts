import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';

import { ConfigError, type HostPath, parseHostPath } from '@clamshell/core';

export const CONFIG_FILE = 'clamshell.json';

export interface Workspace {
  /** The real path of its root. */
  readonly root: HostPath;
  /** Where we stand in it, `''` at the root. */
  readonly inside: string;
  /** Its clamshell.json, where there is one. */
  readonly configFile: string | undefined;
}

interface Start {
  readonly dir: string;
  readonly uid: number | undefined;
}

/**
 * The nearest directory upwards from `dir` that has a clamshell.json, else `dir` itself. A file that another user put
 * there (in /tmp, say) does not count. Throws WORKSPACE_INVALID.
 */
export async function findWorkspace({ dir, uid }: Start): Promise<Workspace> {
  const from = await enter(dir);
  const root = (await nearestWithConfig(from, uid)) ?? from;
  const configFile = path.join(root, CONFIG_FILE);
  return {
    root: parseHostPath(root),
    inside: path.relative(root, from),
    configFile: (await isOurs(configFile, uid)) ? configFile : undefined,
  };
}

async function enter(dir: string): Promise<string> {
  try {
    const real = await realpath(dir);
    if ((await stat(real)).isDirectory()) return real;
  } catch (cause) {
    throw new ConfigError('WORKSPACE_INVALID', `The workspace does not exist or can’t be entered: ${dir}`, {
      cause,
    });
  }
  throw new ConfigError('WORKSPACE_INVALID', `The workspace is not a directory: ${dir}`);
}

async function nearestWithConfig(from: string, uid: number | undefined): Promise<string | undefined> {
  for (let dir = from; ; dir = path.dirname(dir)) {
    if (await isOurs(path.join(dir, CONFIG_FILE), uid)) return dir;
    if (dir === path.dirname(dir)) return undefined;
  }
}

async function isOurs(file: string, uid: number | undefined): Promise<boolean> {
  try {
    const seen = await lstat(file);
    return seen.isFile() && (uid === undefined || seen.uid === uid || seen.uid === 0);
  } catch {
    // Missing, or in a directory that may not be read: nothing of ours.
    return false;
  }
}

/**
 * Throws WORKSPACE_INVALID for the home directory and what holds it: a sandbox would get everything a person has, keys
 * included. Where no workspace is touched one may stand there.
 */
export async function rejectHome({ root }: Workspace, home: string | undefined): Promise<void> {
  if (home === undefined || home === '') return;
  const realHome = await realpath(home).catch(() => home);
  if (path.relative(root, realHome).startsWith('..')) return;
  throw new ConfigError('WORKSPACE_INVALID', `The workspace is your home directory, or holds it: ${root}`, {
    hint: 'A sandbox would get all of it. Name a project’s directory with --dir.',
  });
}
