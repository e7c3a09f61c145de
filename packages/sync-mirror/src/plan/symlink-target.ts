import type { RelPath } from '@clamshell/core';

const MAX_TARGET_BYTES = 4095;

/**
 * True where a link at `path` can only lead inside the mount, whatever other contained links it passes: relative, no
 * more leading `..` than the link is deep, and none after a name, since `name/..` is elsewhere when `name` is a link
 * (hostile-input rows 8, 23, 24).
 */
export function isContainedTarget(path: RelPath, target: string): boolean {
  if (target === '' || target.length > MAX_TARGET_BYTES || target.includes('\0') || target.startsWith('/'))
    return false;
  const steps = target.split('/').filter((step) => step !== '' && step !== '.');
  const firstName = steps.findIndex((step) => step !== '..');
  const ups = firstName === -1 ? steps.length : firstName;
  const depth = path.split('/').length - 1;
  return ups <= depth && !steps.slice(ups).includes('..');
}
