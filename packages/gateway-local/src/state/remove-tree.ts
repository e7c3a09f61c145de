import { chmodSync, lstatSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import path from 'node:path';

/** Well below PATH_MAX; a directory deeper than this is first moved up. */
const MAX_PATH_LENGTH = 2000;

/**
 * Removes a tree that hostile code has left and no living process changes any more, but for another removal of it.
 * Follows no link; opens closed directories; has no limit of depth. Missing is success. Names are handled as bytes.
 */
export function removeTree(root: string): void {
  const start = Buffer.from(path.resolve(root));
  const stat = lstatSync(start, { throwIfNoEntry: false });
  if (stat === undefined) return;
  if (!stat.isDirectory()) return allowMissing(() => unlinkSync(start));
  const removal: Removal = { root: start, moved: [start], movedCount: 0 };
  for (let next = removal.moved.pop(); next !== undefined; next = removal.moved.pop()) {
    removeDirectory(next, removal);
  }
}

interface Removal {
  readonly root: Buffer;
  /** Directories that stand beside the root or are it, still to be removed. */
  readonly moved: Buffer[];
  movedCount: number;
}

function removeDirectory(directory: Buffer, removal: Removal): void {
  allowMissing(() => {
    chmodSync(directory, 0o700);
    for (const entry of readdirSync(directory, { withFileTypes: true, encoding: 'buffer' })) {
      const child = Buffer.concat([directory, Buffer.from('/'), entry.name]);
      if (!entry.isDirectory()) allowMissing(() => unlinkSync(child));
      else if (child.length <= MAX_PATH_LENGTH) removeDirectory(child, removal);
      else moveUp(child, removal);
    }
    rmdirSync(directory);
  });
}

function moveUp(directory: Buffer, removal: Removal): void {
  removal.movedCount += 1;
  const target = Buffer.concat([removal.root, Buffer.from(`.${process.pid}.${removal.movedCount}`)]);
  allowMissing(() => {
    // One that may not be written can't get another parent: its `..` would change.
    chmodSync(directory, 0o700);
    renameSync(directory, target);
    removal.moved.push(target);
  });
}

function allowMissing(step: () => void): void {
  try {
    step();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
}
