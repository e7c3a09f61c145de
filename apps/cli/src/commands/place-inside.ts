import path from 'node:path';

import { parseRemotePath, type RemotePath } from '@clamshell/core';

import type { CommandContext } from '../context.ts';

/** The sandbox's directory that mirrors the one we stand in. */
export async function placeInside(context: CommandContext): Promise<RemotePath> {
  const { inside } = await context.workspace();
  const { config } = await context.settings();
  return parseRemotePath(path.posix.join(config.remoteWorkspaceDir, inside));
}
