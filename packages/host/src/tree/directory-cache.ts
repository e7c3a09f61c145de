import { closeSync, fstatSync } from 'node:fs';

import { parentOf, type RelPath } from '@clamshell/core';

/** An open directory and the text by which the kernel reaches into it. */
export interface OpenDirectory {
  readonly fd: number;
  readonly text: string;
}

/**
 * Open directories by path; the one used longest ago makes room. Owns their descriptors, and closes what it gave up
 * only at the next `sweep`: a number closed in mid-operation could come to mean another directory.
 */
export class DirectoryCache implements Disposable {
  readonly #open = new Map<RelPath, OpenDirectory>();
  readonly #capacity: number;
  #givenUp: OpenDirectory[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(path: RelPath): OpenDirectory | undefined {
    const found = this.#open.get(path);
    if (found === undefined) return undefined;
    this.#open.delete(path);
    this.#open.set(path, found);
    return found;
  }

  add(path: RelPath, directory: OpenDirectory): void {
    this.#open.set(path, directory);
    if (this.#open.size <= this.#capacity) return;
    const [oldest] = this.#open.keys();
    if (oldest !== undefined) this.forgetOne(oldest);
  }

  /** The deepest directory above `path` that is open and was not removed meanwhile. */
  nearestAbove(path: RelPath): { readonly path: RelPath; readonly directory: OpenDirectory } | undefined {
    for (let above = parentOf(path); above !== undefined; above = parentOf(above)) {
      const directory = this.#open.get(above);
      if (directory === undefined) continue;
      if (!isUnlinked(directory)) return { path: above, directory };
      this.forget(above);
    }
    return undefined;
  }

  /** Forgets `path` and all below it. */
  forget(path: RelPath): void {
    this.forgetOne(path);
    this.forgetBelow(path);
  }

  forgetOne(path: RelPath): void {
    const found = this.#open.get(path);
    if (found === undefined) return;
    this.#open.delete(path);
    this.#givenUp.push(found);
  }

  forgetBelow(path: RelPath): void {
    const prefix = `${path}/`;
    for (const each of this.#open.keys()) {
      if (each.startsWith(prefix)) this.forgetOne(each);
    }
  }

  /** Closes what was forgotten. */
  sweep(): void {
    if (this.#givenUp.length === 0) return;
    for (const { fd } of this.#givenUp) closeSync(fd);
    this.#givenUp = [];
  }

  [Symbol.dispose](): void {
    for (const path of this.#open.keys()) this.forgetOne(path);
    this.sweep();
  }
}

/** True once the directory was removed: its descriptor still works and shows it empty. */
export function isUnlinked(directory: OpenDirectory): boolean {
  return fstatSync(directory.fd).nlink === 0;
}
