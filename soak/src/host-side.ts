import {
  appendFileSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { ASIDE, type Edit } from './edits.ts';
import { tokensIn } from './ledger.ts';

/**
 * Makes an edit in a workspace as an editor would: what it replaces is moved aside first, the new content is linked
 * into place whole. Returns whether it was acknowledged: the file system took it, and nobody was faster at that place.
 */
export function editHost(root: string, edit: Edit): boolean {
  const aside = path.join(root, ASIDE);
  const target = path.join(root, edit.path);
  try {
    mkdirSync(aside, { recursive: true });
    if (edit.kind === 'remove') return moveAside(target, aside, edit.token);
    if (edit.kind === 'move') {
      renameSync(target, path.join(root, edit.to));
      return true;
    }
    mkdirSync(path.dirname(target), { recursive: true });
    if (edit.kind === 'append') {
      appendFileSync(target, `${edit.token}\n`);
      return true;
    }
    const fresh = path.join(aside, `new.${edit.token}`);
    writeFileSync(fresh, `${edit.token}\n`);
    moveAside(target, aside, edit.token);
    linkSync(fresh, target);
    rmSync(fresh);
    return true;
  } catch (error) {
    if (isExpected(error)) return false;
    throw error;
  }
}

/** Sets a file’s time to one that tells nothing: long ago, ahead, or that of another file. */
export function bendTime(root: string, relative: string, seconds: number): void {
  try {
    utimesSync(path.join(root, relative), seconds, seconds);
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}

export interface Found {
  readonly tokens: ReadonlySet<string>;
  readonly superseded: ReadonlySet<string>;
}

/** Every token below `directory`, undo stores with it, told apart from those that were moved aside. */
export function findTokens(directory: string, skip?: string): Found {
  const tokens = new Set<string>();
  const superseded = new Set<string>();
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isFile() || (skip !== undefined && file.startsWith(`${skip}/`))) continue;
    const isAside = file.includes(`/${ASIDE}/`);
    if (isAside && !file.includes(`/${ASIDE}/old.`)) continue;
    for (const token of tokensIn(readOr(file))) (isAside ? superseded : tokens).add(token);
  }
  return { tokens, superseded };
}

/** Locks come and go while other workspaces are looked at. */
function readOr(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    if (isExpected(error)) return '';
    throw error;
  }
}

function moveAside(target: string, aside: string, token: string): boolean {
  try {
    renameSync(target, path.join(aside, `old.${token}`));
    return true;
  } catch (error) {
    if (isExpected(error)) return false;
    throw error;
  }
}

/** What another writer or a full disk makes of an edit; it is then not acknowledged. */
function isExpected(error: unknown): boolean {
  const codes = ['ENOENT', 'EEXIST', 'EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'ENOSPC', 'EDQUOT'];
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}
