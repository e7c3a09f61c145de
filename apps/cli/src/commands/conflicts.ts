import { displayPath, FsError, type OpenConflict, type Side, type WorkspaceMirror } from '@clamshell/core';

import { givenPaths } from '../config/given-paths.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Lists open conflicts on stdout; with --take resolves them. */
export async function conflictsCommand(context: CommandContext): Promise<number> {
  const mirror = (await context.compose()).mirror(await context.choice());
  const take = context.input.text('take') as Side | undefined;
  const wanted = await chooseConflicts(context, mirror);
  for (const conflict of take === undefined ? [] : wanted) {
    await mirror.resolve(conflict, take ?? conflict.kept, { signal: context.signal });
  }
  const open = take === undefined ? wanted : await mirror.conflicts();
  const resolved =
    take === undefined ? [] : wanted.map(({ path }) => ({ path: displayPath(path), took: take }));
  report(context, { open, resolved });
  writeJson(context, {
    conflicts: open.map((each) => ({ ...each, path: displayPath(each.path) })),
    resolved,
  });
  return 0;
}

/** Throws FILE_NOT_FOUND for a path that is in no conflict. */
async function chooseConflicts(
  context: CommandContext,
  mirror: WorkspaceMirror,
): Promise<readonly OpenConflict[]> {
  const open = await mirror.conflicts();
  const paths = await givenPaths(context);
  if (paths === undefined) return open;
  return paths.flatMap((path) => {
    const found = open.filter((conflict) => conflict.path === path);
    if (found.length > 0) return found;
    throw new FsError('FILE_NOT_FOUND', `In no open conflict: ${displayPath(path)}`, {
      hint: 'List them with: clamshell conflicts',
    });
  });
}

interface Result {
  readonly open: readonly OpenConflict[];
  readonly resolved: readonly { readonly path: string; readonly took: Side }[];
}

function report({ json, reporter, streams }: CommandContext, { open, resolved }: Result): void {
  for (const { path, took } of resolved) reporter.note(`took the ${took}’s: ${path}`);
  for (const { path, kept } of json ? [] : open) {
    streams.stdout.write(`! ${displayPath(path)}  (in place: the ${kept}’s)\n`);
  }
  if (open.length === 0) reporter.note('no conflict is open');
}
