import path from 'node:path';

import { ConfigError } from '../errors/clamshell-error.ts';
import type { Mount } from '../ports/mount.ts';

/** A mount as it is asked for; merged both ways and writable when left out. */
export type MountSpec = Pick<Mount, 'host' | 'sandbox'> & Partial<Mount>;

/**
 * Throws CONFIG_INVALID where there is no mount, or where one root is another's or lies inside it, on either side: one
 * side's deletions would be the other's. Only in the sandbox, and only pushed, a mount may lie inside another, whose
 * mirror is then to leave it out. Only the paths are looked at: that they are real ones is for the caller to see.
 */
export function resolveMounts(specs: readonly MountSpec[]): readonly Mount[] {
  if (specs.length === 0) throw new ConfigError('CONFIG_INVALID', 'There is nothing to mount');
  const mounts = specs.map((spec) => ({ ...DEFAULTS, ...spec }));
  for (const [index, mount] of mounts.entries())
    for (const other of mounts.slice(index + 1)) rejectOverlap(mount, other);
  return mounts;
}

const DEFAULTS = { direction: 'both', readOnly: false, protect: [] } as const;

function rejectOverlap(one: Mount, other: Mount): void {
  if (doOverlap(path, one.host, other.host)) throw overlap('on the host', one.host, other.host);
  if (
    doOverlap(path.posix, one.sandbox, other.sandbox) &&
    !isPushedInto(one, other) &&
    !isPushedInto(other, one)
  )
    throw overlap('in the sandbox', one.sandbox, other.sandbox);
}

function isPushedInto(outer: Mount, inner: Mount): boolean {
  return inner.direction === 'push' && !isInside(path.posix, inner.sandbox, outer.sandbox);
}

function doOverlap(rules: path.PlatformPath, one: string, other: string): boolean {
  return isInside(rules, one, other) || isInside(rules, other, one);
}

/** True for the directory itself, too. */
function isInside(rules: path.PlatformPath, directory: string, file: string): boolean {
  const way = rules.relative(directory, file);
  return way !== '..' && !way.startsWith(`..${rules.sep}`) && !rules.isAbsolute(way);
}

function overlap(where: string, one: string, other: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', `Two mounts overlap ${where}: ${one} and ${other}`, {
    hint: 'Name directories of which none lies inside another.',
  });
}
