import { realpathSync, statSync } from 'node:fs';

import { FsError, type HostPath } from '@clamshell/core';

import { classify } from '../errors/classify.ts';
import type { Anchor } from './anchor.ts';
import { AnchoredTree } from './anchored-tree.ts';
import { openCheckedAnchor } from './checked-anchor.ts';
import { descriptorBudget } from './descriptor-budget.ts';
import type { Containment, HostTree } from './host-tree.ts';
import { openKernelAnchor } from './kernel-anchor.ts';

export interface OpenTreeOptions {
  /** `checked-walk` does without the kernel's help even where it is there; for testing that road. */
  readonly containment?: Containment | undefined;
}

/**
 * Opens the directory `root`; where it is a link, the directory that it leads to now. Throws FILE_NOT_FOUND, FILE_KIND
 * where it is no directory, FILE_ACCESS.
 */
export function openHostTree(root: HostPath, options: OpenTreeOptions = {}): HostTree {
  try {
    const place = realpathSync(root, 'buffer');
    if (!statSync(place).isDirectory()) throw new FsError('FILE_KIND', `Not a directory: ${root}`);
    return new AnchoredTree(place.toString('utf8') as HostPath, openAnchor(place, options.containment));
  } catch (error) {
    throw classify(error, { doing: 'open the directory', path: root });
  }
}

function openAnchor(place: Buffer, wanted: Containment | undefined): Anchor {
  const anchor = wanted === 'checked-walk' ? undefined : openKernelAnchor(place, descriptorBudget());
  return anchor ?? openCheckedAnchor(place);
}
