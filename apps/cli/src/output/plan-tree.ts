import { displayPath, type PlannedAction, type RelPath } from '@clamshell/core';

/** What a plan says of one path: `+` made, `~` changed, `-` removed, `!` changed on both sides. */
export interface Mark {
  readonly path: RelPath;
  readonly mark: '+' | '~' | '-' | '!';
  readonly side: 'sandbox' | 'host' | 'both';
}

const MARKS = { create: '+', update: '~', remove: '-' } as const;
const ARROWS = { sandbox: '→', host: '←', both: '↔' } as const;

export function markOf({ path, change, on }: PlannedAction): Mark {
  return { path, mark: MARKS[change], side: on };
}

/** One line a path, below its directories, in the order of their names: `+ →   a.txt`. */
export function drawTree(marks: readonly Mark[]): string[] {
  const lines: string[] = [];
  const drawn = new Set<string>();
  for (const { path, mark, side } of marks.toSorted((a, b) =>
    compareNames(a.path.split('/'), b.path.split('/')),
  )) {
    const parents = path.split('/').slice(0, -1);
    for (const depth of parents.keys()) {
      const directory = parents.slice(0, depth + 1).join('/');
      if (!drawn.has(directory)) lines.push(`    ${indent(depth)}${nameOf(directory)}/`);
      drawn.add(directory);
    }
    lines.push(`${mark} ${ARROWS[side]} ${indent(parents.length)}${nameOf(path)}`);
    drawn.add(path);
  }
  return lines;
}

function compareNames(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((name, depth) => name !== b[depth]);
  if (at === -1) return a.length - b.length;
  const [left = '', right] = [a[at], b[at]];
  return right === undefined || left > right ? 1 : -1;
}

function nameOf(path: string): string {
  return displayPath(path.slice(path.lastIndexOf('/') + 1) as RelPath);
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
