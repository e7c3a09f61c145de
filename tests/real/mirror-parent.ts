import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import type { World } from './mirror-world.ts';

/** By path below the workspace’s parent: kind, mode, time and content or target. */
type Snapshot = Readonly<Record<string, string>>;

/** Plants what an escape would hit beside the workspace, and gives the parent as it then is. */
export function plantCanaries(world: World): Snapshot {
  const beside = path.join(world.top, 'beside');
  fs.mkdirSync(path.join(beside, 'deep'), { recursive: true });
  fs.writeFileSync(path.join(world.top, 'canary'), 'outside');
  fs.writeFileSync(path.join(beside, 'deep/key'), 'secret of the host');
  fs.symlinkSync('deep/key', path.join(beside, 'link'));
  fs.mkdirSync(`${world.host}-evil`);
  fs.mkdirSync(world.state, { recursive: true });
  return snapshotParent(world);
}

/** Nothing beside the halves came, went or changed, not even a time; nothing is left in staging, and nothing odd inside. */
export function expectContained(world: World, before: Snapshot): void {
  expect(snapshotParent(world)).toEqual(before);
  const staging = path.join(world.host, '.clamshell/staging');
  if (fs.existsSync(staging)) expect(fs.readdirSync(staging)).toEqual([]);
  for (const entry of fs.readdirSync(world.host, { recursive: true, withFileTypes: true }))
    expectOrdinary(world.host, path.join(entry.parentPath, entry.name));
}

function expectOrdinary(root: string, place: string): void {
  const stat = fs.lstatSync(place);
  expect(stat.isFile() || stat.isDirectory() || stat.isSymbolicLink(), place).toBe(true);
  expect(stat.mode & 0o7000, place).toBe(0);
  expect(stat.isFile() ? stat.nlink : 1, `${place} has no second name`).toBe(1);
  if (stat.isSymbolicLink())
    expect(`${path.resolve(path.dirname(place), fs.readlinkSync(place))}/`, place).toContain(`${root}/`);
}

/** All but what is inside the two halves and the state. */
function snapshotParent({ top, host, sandbox, state }: World): Snapshot {
  const found: Record<string, string> = {};
  const visit = (place: string): void => {
    const stat = fs.lstatSync(place, { bigint: true });
    const isOurs = [host, sandbox, state].includes(place);
    found[path.relative(top, place)] = isOurs ? 'ours' : describe(place, stat);
    if (!stat.isDirectory() || isOurs) return;
    for (const name of fs.readdirSync(place)) visit(path.join(place, name));
  };
  visit(top);
  return found;
}

function describe(place: string, stat: fs.BigIntStats): string {
  const holds = stat.isSymbolicLink()
    ? fs.readlinkSync(place)
    : stat.isFile()
      ? createHash('sha256').update(fs.readFileSync(place)).digest('hex')
      : '';
  return `${stat.mode.toString(8)} ${stat.mtimeNs} ${stat.nlink} ${holds}`;
}
