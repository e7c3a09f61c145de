import { closeSync, mkdirSync, mkdtempSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect } from 'vitest';

import { parseHostPath, parseRelPath } from '@clamshell/core';

import { type Containment, type HostTree, openHostTree } from '../index.ts';

export const CONTAINMENTS = ['kernel-anchored', 'checked-walk'] as const;

/** A tree in a directory of its own, with one beside it that holds a canary, `secret`. Removes both. */
export interface ScratchTree extends Disposable {
  readonly tree: HostTree;
  readonly root: string;
  readonly outside: string;
  /** The plain path of something below the root. */
  at(name: string): string;
  write(name: string, text?: string): void;
}

export function makeScratchTree(containment: Containment = 'kernel-anchored'): ScratchTree {
  const base = mkdtempSync(path.join(tmpdir(), 'host-tree-'));
  const [root, outside] = [path.join(base, 'root'), path.join(base, 'outside')];
  mkdirSync(root);
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'secret'), 'canary');
  const tree = openHostTree(parseHostPath(root), { containment });
  return {
    tree,
    root,
    outside,
    at: (name) => path.join(root, name),
    write(name, text = '') {
      const fd = tree.createFile(parseRelPath(name), 0o644);
      writeSync(fd, text);
      closeSync(fd);
    },
    [Symbol.dispose]() {
      tree[Symbol.dispose]();
      rmSync(base, { recursive: true, force: true });
    },
  };
}

export function failsWith(code: string): unknown {
  return expect.objectContaining({ name: 'FsError', code });
}
