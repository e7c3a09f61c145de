import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import type { World } from './mirror-world.ts';

/** What the base on the disk says of each path; nothing before the first sync. */
export function baseLines(world: World): ReadonlySet<string> {
  const files = fs.globSync('*/base.jsonl', { cwd: world.state });
  const texts = files.map((file) => fs.readFileSync(path.join(world.state, file), 'utf8'));
  return new Set(texts.flatMap((text) => text.split('\n')).filter((line) => line.startsWith('[')));
}

/** Whatever a base says that it did not say before is so on both sides. */
export function expectBaseHolds(world: World, before: ReadonlySet<string>, when: string): void {
  for (const line of baseLines(world)) {
    if (before.has(line)) continue;
    const [kind, name = '', content] = JSON.parse(line) as string[];
    const claimed = { f: `file ${content}`, l: `link to ${content}`, d: 'directory' }[kind ?? ''];
    for (const half of ['host', 'sandbox'] as const)
      expect(claimed === undefined ? undefined : look(world.at(half, name)), `${half} ${line} ${when}`).toBe(
        claimed,
      );
  }
}

function look(place: Buffer): string | undefined {
  const stat = fs.lstatSync(place, { throwIfNoEntry: false });
  if (stat?.isSymbolicLink() === true) return `link to ${fs.readlinkSync(place, 'latin1')}`;
  if (stat?.isFile() !== true) return stat?.isDirectory() === true ? 'directory' : undefined;
  return `file ${createHash('sha256').update(fs.readFileSync(place)).digest('hex')}`;
}
