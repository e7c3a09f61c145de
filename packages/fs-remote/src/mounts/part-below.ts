import path from 'node:path';

/** `/`-separated text without `.` and `..`; empty at the root itself. */
export type Below = string;

/** Windows drives and shares, which only a host has. */
const WINDOWS = /^(?:[A-Za-z]:[\\/]|\\\\)/;

export function isAbsolute(name: string): boolean {
  return name.startsWith('/') || WINDOWS.test(name);
}

/** `cwd` is absolute, of either kind; a relative name takes its separators from it. */
export function joinNames(cwd: string, name: string): string {
  return WINDOWS.test(cwd) ? path.win32.join(cwd, name) : path.posix.join(cwd, name);
}

/** What of `full` lies below `root`, by text alone; `undefined` where it does not. Windows folds case and separators. */
export function partBelow(root: string, full: string): Below | undefined {
  if (WINDOWS.test(root) !== WINDOWS.test(full)) return undefined;
  return WINDOWS.test(root)
    ? cut(path.win32.normalize(root), path.win32.normalize(full), '\\')
    : cut(root, path.posix.normalize(full), '/');
}

function cut(root: string, full: string, separator: string): Below | undefined {
  const start = root.endsWith(separator) ? root : root + separator;
  const padded = full.endsWith(separator) ? full : full + separator;
  const [one, other] = separator === '\\' ? [start.toLowerCase(), padded.toLowerCase()] : [start, padded];
  if (!other.startsWith(one)) return undefined;
  const below = padded.slice(start.length);
  return below.split(separator).filter(Boolean).join('/');
}
