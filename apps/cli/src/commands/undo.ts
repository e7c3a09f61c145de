import { displayPath, FsError, type Movement, type UndoRun, type WorkspaceMirror } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { formatBytes } from '../output/bytes.ts';
import { writeJson } from '../output/json.ts';

/** Undoes one sync on the host, or lists on stdout what can be undone. */
export async function undoCommand(context: CommandContext): Promise<number> {
  const { input, json, reporter, streams } = context;
  const mirror = (await context.compose()).mirror(await context.choice());
  const undone = input.flag('list') ? undefined : await undo(context, mirror);
  if (undone !== undefined) {
    const { files, removed } = undone.moved;
    reporter.note(`undid ${undone.run}: ${files} put back, ${removed} removed; the next sync carries it on`);
  }
  const runs = await mirror.undoRuns();
  writeJson(context, { undone, runs: runs.map(runToJson) });
  for (const run of input.flag('list') && !json ? runs : []) streams.stdout.write(describeRun(run));
  return 0;
}

interface Undone {
  readonly run: string;
  readonly moved: Movement;
}

async function undo({ input, signal }: CommandContext, mirror: WorkspaceMirror): Promise<Undone> {
  const run = input.args[0] ?? (await mirror.undoRuns())[0]?.id;
  if (run === undefined) {
    throw new FsError('FILE_NOT_FOUND', 'No sync has replaced or removed anything on this host', {
      hint: 'What a sync only added can’t be undone; remove it.',
    });
  }
  return { run, moved: await mirror.undo(run, { signal }) };
}

function runToJson({ id, atMs, paths, bytes }: UndoRun): Record<string, unknown> {
  return { id, at: new Date(atMs).toISOString(), paths: paths.map(displayPath), bytes };
}

function describeRun({ id, atMs, paths, bytes }: UndoRun): string {
  const shown = paths.slice(0, 3).map(displayPath).join(', ');
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : '';
  return `${id}  ${new Date(atMs).toISOString()}  ${formatBytes(bytes)}  ${shown}${more}\n`;
}
