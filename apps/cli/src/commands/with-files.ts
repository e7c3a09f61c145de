import type { FsBridge, RemotePath, ResolvedPath } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { placeInside } from './place-inside.ts';

/** Runs `work` on the files of the workspace's sandbox; names are relative to the directory that mirrors ours. */
export async function withFiles(
  context: CommandContext,
  kind: 'read' | 'mutate',
  work: (files: FsBridge, cwd: RemotePath) => Promise<number>,
): Promise<number> {
  const { progress, signal } = context;
  const [composition, choice, cwd] = [
    await context.compose(),
    await context.choice(),
    await placeInside(context),
  ];
  const { session } = await context.open();
  await using _session = session;
  progress.begin('connect');
  return await session.use(
    kind,
    ({ transport }) => {
      progress.clear();
      return work(composition.files(transport, choice), cwd);
    },
    { signal },
  );
}

/** The place that an argument names; the directory we stand in where it is left out. Throws PATH_ESCAPES. */
export function atPath(
  files: FsBridge,
  { input }: CommandContext,
  { cwd, index = 0 }: { readonly cwd: RemotePath; readonly index?: number },
): ResolvedPath {
  return files.resolve(input.args[index] ?? '.', cwd);
}
