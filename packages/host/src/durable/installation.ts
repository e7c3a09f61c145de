import { randomUUID } from 'node:crypto';
import path from 'node:path';

import { acquireLock } from './lock.ts';
import { readTextFile, writeFileAtomic } from './text-file.ts';

/**
 * The identifier of this installation, made and kept on first use below `stateDirectory`: the value of the owner label
 * that marks a sandbox as ours. 32 hex digits, valid as a Kubernetes label. Calls may overlap, also across processes.
 */
export async function readInstallationId(stateDirectory: string): Promise<string> {
  const file = path.join(stateDirectory, 'installation-id');
  const known = await readId(file);
  if (known !== undefined) return known;
  await using _lock = await acquireLock(`${file}.lock`);
  const made = (await readId(file)) ?? randomUUID().replaceAll('-', '');
  await writeFileAtomic(file, `${made}\n`);
  return made;
}

async function readId(file: string): Promise<string | undefined> {
  return /^([0-9a-f]{32})\n$/.exec((await readTextFile(file)) ?? '')?.[1];
}
