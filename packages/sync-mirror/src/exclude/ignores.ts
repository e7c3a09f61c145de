import ignore, { type Ignore } from 'ignore';

import { baseNameOf, isClamshellError, parentOf, type RelPath } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { readSmallFile } from '../tree/read-stable.ts';
import type { Entry, Scan, Tree } from '../tree/entry.ts';

/** What a mirror leaves alone on both sides, with the directories that hold it. */
export interface Ignores {
  readonly isEmpty: boolean;
  isIgnored(path: RelPath, isDirectory: boolean): boolean;
}

/** Patterns from the options, then from the host’s `.clamshellignore`, which the sandbox can’t change. */
export function readIgnores(host: HostTree, patterns: readonly string[]): Ignores {
  const own = readText(host, '.clamshellignore' as RelPath);
  return patterns.length === 0 && own === '' ? NONE : toIgnores([[undefined, makeRules([...patterns, own])]]);
}

/** With the `.gitignore` files that the host’s scan found; what these say of a path comes after `ignores`. */
export function addGitignores(host: HostTree, tree: Tree, ignores: Ignores): Ignores {
  const rules = [...tree.keys()]
    .filter((path) => baseNameOf(path) === '.gitignore')
    .sort((a, b) => a.length - b.length)
    .map((path) => [parentOf(path), makeRules([readText(host, path)])] as const);
  if (rules.length === 0) return ignores;
  const own = toIgnores(rules);
  return {
    isEmpty: false,
    isIgnored: (path, isDirectory) =>
      ignores.isIgnored(path, isDirectory) || own.isIgnored(path, isDirectory),
  };
}

/** True for a path that one of these patterns names, or that lies below such a one. */
export function makeMatcher(patterns: readonly string[]): (path: RelPath) => boolean {
  if (patterns.length === 0) return () => false;
  const rules = makeRules(patterns);
  return (path) => {
    const name = toText(path);
    return rules.ignores(name) || rules.ignores(`${name}/`);
  };
}

/** The scan without what is ignored: each such entry stands there as one that is never moved, with nothing below. */
export function withoutIgnored(scan: Scan, ignores: Ignores): Scan {
  if (ignores.isEmpty) return scan;
  const ignored = new Set<RelPath>();
  for (const [path, { kind }] of scan.tree)
    if (ignores.isIgnored(path, kind === 'directory')) ignored.add(path);
  if (ignored.size === 0) return scan;
  const tree = new Map<RelPath, Entry>();
  for (const [path, entry] of scan.tree) {
    if (isBelow(path, ignored)) continue;
    tree.set(path, ignored.has(path) ? IGNORED : entry);
  }
  return { ...scan, tree };
}

/** One object, so that it shows itself unchanged. */
const IGNORED: Entry = { kind: 'special', isIgnored: true };

const NONE: Ignores = { isEmpty: true, isIgnored: () => false };

type Rules = readonly [directory: RelPath | undefined, rules: Ignore];

/** Shallow files first: the deepest that says something of a path decides. */
function toIgnores(all: readonly Rules[]): Ignores {
  const isIgnored = (path: RelPath, isDirectory: boolean): boolean => {
    let found = false;
    for (const [directory, rules] of all) {
      if (directory !== undefined && !path.startsWith(`${directory}/`)) continue;
      const name = toText(directory === undefined ? path : path.slice(directory.length + 1));
      const { ignored, unignored } = rules.test(isDirectory ? `${name}/` : name);
      found = ignored || (found && !unignored);
    }
    return found;
  };
  return { isEmpty: false, isIgnored };
}

function makeRules(texts: readonly string[]): Ignore {
  return ignore({ allowRelativePaths: true }).add(texts.join('\n'));
}

/** Patterns are text; a name that is not valid UTF-8 matches by what is left of it. */
function toText(path: string): string {
  return Buffer.from(path, 'latin1').toString('utf8');
}

const MAX_BYTES = 1024 * 1024;

/** Nothing where it is missing, no file, or too long to be one of patterns. */
function readText(host: HostTree, path: RelPath): string {
  try {
    return readSmallFile(host, path, MAX_BYTES)?.toString('utf8') ?? '';
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return '';
  }
}

function isBelow(path: RelPath, directories: ReadonlySet<RelPath>): boolean {
  for (let parent = parentOf(path); parent !== undefined; parent = parentOf(parent)) {
    if (directories.has(parent)) return true;
  }
  return false;
}
