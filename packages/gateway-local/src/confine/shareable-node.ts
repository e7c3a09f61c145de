import { chmodSync, constants, copyFileSync, existsSync, mkdirSync, renameSync, statSync } from 'node:fs';
import path from 'node:path';

/** For everyone: to read and to run. */
const SHARED_MODE = 0o005;

/**
 * This very Node, or a copy of it where a strict umask has kept it from the user that a sandbox of root has. Copies lie
 * in `cacheDirectory`, one for each version of the file.
 */
export function shareableNode(execPath: string, cacheDirectory: string): string {
  const stat = statSync(execPath);
  if ((stat.mode & SHARED_MODE) === SHARED_MODE) return execPath;
  const copy = path.join(cacheDirectory, `node-${stat.ino}-${stat.size}-${Math.trunc(stat.mtimeMs)}`);
  if (existsSync(copy)) return copy;
  mkdirSync(cacheDirectory, { recursive: true, mode: 0o700 });
  const draft = `${copy}.${process.pid}`;
  copyFileSync(execPath, draft, constants.COPYFILE_FICLONE);
  chmodSync(draft, 0o755);
  renameSync(draft, copy);
  return copy;
}
