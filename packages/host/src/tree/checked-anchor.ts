import { type BigIntStats, closeSync, constants, fchmodSync, fstatSync, lstatSync, openSync } from 'node:fs';

import { displayPath, FsError, type RelPath } from '@clamshell/core';

import { classify } from '../errors/classify.ts';
import { type Anchor, placeOf } from './anchor.ts';

/**
 * The anchor where the kernel offers none: looks at the root and at each directory on the way, every time. `place` is
 * a real path.
 */
export function openCheckedAnchor(place: Buffer): Anchor {
  return new CheckedAnchor(place);
}

class CheckedAnchor implements Anchor {
  readonly containment = 'checked-walk';
  readonly #root: string;
  readonly #atOpen: BigIntStats;

  constructor(place: Buffer) {
    this.#root = place.toString('latin1');
    this.#atOpen = lstatSync(place, { bigint: true });
  }

  begin(): void {}

  reach(directory: RelPath | undefined): string {
    this.statRoot();
    let reached = this.#root;
    for (const name of directory?.split('/') ?? []) {
      requireDirectory(placeOf(reached, name), directory as RelPath);
      reached = `${reached}/${name}`;
    }
    return reached;
  }

  reachAnew(directory: RelPath | undefined): string {
    return this.reach(directory);
  }

  forgetIfRemoved(): boolean {
    return false;
  }

  forget(): void {}

  statRoot(): BigIntStats {
    const now = lstatSync(Buffer.from(this.#root, 'latin1'), { bigint: true, throwIfNoEntry: false });
    if (now?.ino === this.#atOpen.ino && now.dev === this.#atOpen.dev) return now;
    throw new FsError('FILE_NOT_FOUND', 'The root of the tree was moved, removed or replaced');
  }

  setMode(place: Buffer, mode: number): void {
    const fd = openSync(place, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(fd);
      if (!stats.isFile() && !stats.isDirectory())
        throw new FsError('FILE_KIND', 'Only files and directories have a mode here');
      fchmodSync(fd, mode);
    } finally {
      closeSync(fd);
    }
  }

  [Symbol.dispose](): void {}
}

function requireDirectory(place: Buffer, walked: RelPath): void {
  const path = displayPath(walked);
  const stats = lookAt(place, path);
  if (stats.isSymbolicLink()) throw new FsError('PATH_ESCAPES', `A directory of ${path} is a symbolic link`);
  if (!stats.isDirectory()) throw new FsError('FILE_KIND', `A directory of ${path} is something else`);
}

function lookAt(place: Buffer, path: string) {
  try {
    return lstatSync(place);
  } catch (cause) {
    throw classify(cause, { doing: 'enter', path });
  }
}
