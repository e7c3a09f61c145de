import { buffer } from 'node:stream/consumers';

import type { FsBridge } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';
import { atPath, withFiles } from './with-files.ts';

/** Our stdin becomes the file's content, as one step. */
export async function writeCommand(context: CommandContext): Promise<number> {
  const { input, signal, streams } = context;
  const content = await buffer(streams.stdin);
  return withFiles(context, 'mutate', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    const options = { parents: input.flag('parents'), signal };
    if (input.flag('append')) await files.append(at, content, options);
    else await files.write(at, content, options);
    writeJson(context, { path: at.sandboxPath, bytes: content.length });
    return 0;
  });
}

export async function removeFileCommand(context: CommandContext): Promise<number> {
  const { input, signal } = context;
  return withFiles(context, 'mutate', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    await files.remove(at, { recursive: input.flag('recursive'), force: input.flag('force'), signal });
    writeJson(context, { path: at.sandboxPath });
    return 0;
  });
}

export async function makeDirectoryCommand(context: CommandContext): Promise<number> {
  const { signal } = context;
  return withFiles(context, 'mutate', async (files, cwd) => {
    const at = atPath(files, context, { cwd });
    await files.makeDirectory(at, { signal });
    writeJson(context, { path: at.sandboxPath });
    return 0;
  });
}

export const moveCommand = (context: CommandContext) =>
  betweenPaths(context, (files, ...call) => files.rename(...call));
export const copyCommand = (context: CommandContext) =>
  betweenPaths(context, (files, ...call) => files.copy(...call));

type Between = (files: FsBridge, ...call: Parameters<FsBridge['rename']>) => Promise<void>;

async function betweenPaths(context: CommandContext, work: Between): Promise<number> {
  const { input, signal } = context;
  return withFiles(context, 'mutate', async (files, cwd) => {
    const [from, to] = [atPath(files, context, { cwd }), atPath(files, context, { cwd, index: 1 })];
    await work(files, { from, to }, { parents: input.flag('parents'), signal });
    writeJson(context, { from: from.sandboxPath, to: to.sandboxPath });
    return 0;
  });
}
