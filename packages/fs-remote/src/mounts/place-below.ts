import { asRelPath, type BridgePath, type RelPath } from '@clamshell/core';

/** `undefined` where the whole would be no path any more. */
export function placeBelow({ mount, path }: BridgePath, below: RelPath): BridgePath | undefined {
  const whole = asRelPath(path === undefined ? below : `${path}/${below}`);
  return whole === undefined ? undefined : { mount, path: whole };
}
