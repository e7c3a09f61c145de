import type { BigIntStats } from 'node:fs';

import type { RelPath } from '@clamshell/core';

import type { Containment } from './host-tree.ts';

/**
 * How operations of a tree get at a directory below its root without following a link. `undefined` is the root.
 * A directory that can't be reached is an FsError: FILE_NOT_FOUND, FILE_KIND, PATH_ESCAPES, FILE_ACCESS.
 */
export interface Anchor extends Disposable {
  readonly containment: Containment;
  /** To be called before each operation: what was reached stays valid until then, whatever is forgotten meanwhile. */
  begin(): void;
  /** Text, latin1, that names an entry of `directory` once `/` and the entry's name are put after it. */
  reach(directory: RelPath | undefined): string;
  /** As `reach`, but never by what is remembered of `directory` itself. */
  reachAnew(directory: RelPath | undefined): string;
  /** True when `directory` was remembered, has been removed since and can be looked for anew. */
  forgetIfRemoved(directory: RelPath | undefined): boolean;
  /** To be called for what was renamed or removed: forgets it and all below it. */
  forget(path: RelPath): void;
  /** Throws FILE_NOT_FOUND once the root was removed. */
  statRoot(): BigIntStats;
  /** Of a file or directory that is not a link: throws ELOOP or FILE_KIND for all else. */
  setMode(place: Buffer, mode: number): void;
}

/** What Node's fs calls take for the entry `name` of the directory that was reached as `reached`. */
export function placeOf(reached: string, name: string): Buffer {
  return Buffer.from(`${reached}/${name}`, 'latin1');
}
