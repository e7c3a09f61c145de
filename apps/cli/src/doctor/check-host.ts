import { rm, statfs } from 'node:fs/promises';
import path from 'node:path';

import { resolveStateDirectory, writeFileAtomic } from '@clamshell/host';

import type { CommandContext } from '../context.ts';
import { formatBytes } from '../output/bytes.ts';
import { VERSION } from '../version.ts';
import { examine, type Finding } from './finding.ts';

const LITTLE_SPACE = 512 * 1024 ** 2;

/** This machine: the program, the configuration, the state directory and the disk. */
export async function* checkHost(context: CommandContext): AsyncGenerator<Finding> {
  yield { check: 'clamshell', status: 'ok', found: `${VERSION} on Node ${process.versions.node}` };
  yield await examine('workspace', async () => (await context.workspace()).root);
  yield await examine('configuration', async () => {
    const { file, profile } = await context.settings();
    return `${file?.path ?? 'no clamshell.json'}, profile ${profile}`;
  });
  yield await examine('state', async () => {
    const directory = resolveStateDirectory(context.environment.variables);
    const file = path.join(directory, '.doctor');
    await writeFileAtomic(file, '');
    await rm(file);
    return directory;
  });
  yield await checkSpace(context);
}

async function checkSpace(context: CommandContext): Promise<Finding> {
  const finding = await examine('disk', async () => {
    const { bavail, bsize } = await statfs((await context.workspace()).root);
    if (bavail * bsize >= LITTLE_SPACE) return `${formatBytes(bavail * bsize)} free`;
    return `only ${formatBytes(bavail * bsize)} free`;
  });
  if (!finding.found.startsWith('only')) return finding;
  return {
    ...finding,
    status: 'warning',
    mend: 'Free some space: both versions of a changed file are kept for undo.',
  };
}
