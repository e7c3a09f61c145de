import { closeSync, writeSync } from 'node:fs';

import type { RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { classifyWrite } from '../errors/classify.ts';
import type { MovableEntry } from '../tree/entry.ts';
import { makeParents } from './journal.ts';
import type { HostRoom, StagedFile } from './staging.ts';

/**
 * Keeps a version of the sandbox's that lost a conflict in the host's undo store, before the sandbox's own copy is
 * replaced. A link is kept as a file that holds its target: nothing the sandbox sent is to lead anywhere.
 */
export function keepLoser(
  { host, room }: { host: HostTree; room: HostRoom },
  path: RelPath,
  loser: { entry: MovableEntry; file: StagedFile | undefined },
): void {
  const to = `${room.undo.sandbox}/${path}` as RelPath;
  if (loser.entry.kind === 'directory') return;
  makeParents(host, to);
  if (loser.entry.kind === 'symlink') writeText(host, to, loser.entry.target);
  if (loser.entry.kind !== 'file' || loser.file === undefined) return;
  host.setTimes(loser.file.path, loser.entry.stat.mtimeNs);
  host.rename(loser.file.path, to);
}

function writeText(host: HostTree, path: RelPath, latin1: string): void {
  const fd = host.createFile(path, 0o600);
  try {
    writeSync(fd, Buffer.from(latin1, 'latin1'));
  } catch (error) {
    throw classifyWrite(error, path);
  } finally {
    closeSync(fd);
  }
}
