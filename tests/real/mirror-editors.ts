import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import type { LocalShellOptions } from './mirror-local-shell.ts';
import { World } from './mirror-world.ts';

type Half = 'host' | 'sandbox';
const NAMES = ['a', 'b', 'c'];

/** Random, and the same again for the same seed. */
export function randomSource(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** Edits both halves at random, each content its own, and knows which contents nobody but the mirror could lose. */
class Editors {
  readonly mustKeep = new Set<string>();
  readonly #world: World;
  readonly #random: (below: number) => number;
  #count = 0;

  constructor(world: World, random: (below: number) => number) {
    this.#world = world;
    this.#random = random;
  }

  edit(): void {
    const half: Half = this.#random(2) === 0 ? 'host' : 'sandbox';
    const place = path.join(this.#world[half], ...this.#somewhere());
    const edits = [
      this.#write,
      this.#write,
      this.#write,
      this.#append,
      this.#save,
      this.#remove,
      this.#flip,
      this.#link,
      this.#move,
    ];
    const edit = edits[this.#random(edits.length)];
    try {
      edit?.call(this, place);
    } catch (error) {
      // A parent that is a file, a target that is there: as when people work.
      const { code = '' } = error as NodeJS.ErrnoException;
      if (!['ENOENT', 'ENOTDIR', 'EISDIR', 'EEXIST', 'ENOTEMPTY', 'EINVAL', 'ELOOP'].includes(code))
        throw error;
    }
  }

  #somewhere(): string[] {
    return Array.from({ length: 1 + this.#random(3) }, () => NAMES[this.#random(NAMES.length)] ?? 'a');
  }

  #write(place: string): void {
    if (this.#random(4) === 0) this.#forget(place);
    else if (fs.existsSync(place) && !fs.lstatSync(place).isFile()) return;
    fs.mkdirSync(path.dirname(place), { recursive: true });
    this.#put(place);
  }

  #put(place: string): void {
    if (fs.lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true) return;
    this.#overwrite(place);
    this.#count += 1;
    const content = `content ${this.#count}`;
    fs.writeFileSync(place, content);
    this.mustKeep.add(content);
  }

  #overwrite(place: string): void {
    if (fs.lstatSync(place, { throwIfNoEntry: false })?.isFile() === true)
      this.mustKeep.delete(fs.readFileSync(place, 'utf8'));
  }

  #append(place: string): void {
    const before = fs.readFileSync(place, 'utf8');
    fs.appendFileSync(place, '+');
    this.mustKeep.delete(before);
    this.mustKeep.add(`${before}+`);
  }

  #save(place: string): void {
    this.#put(`${place}.swp`);
    this.#overwrite(place);
    fs.renameSync(`${place}.swp`, place);
  }

  #remove(place: string): void {
    this.#forget(place);
  }

  #flip(place: string): void {
    fs.chmodSync(place, fs.statSync(place).mode ^ 0o111);
  }

  #link(place: string): void {
    fs.symlinkSync('a', place);
  }

  #move(place: string): void {
    const to = path.join(path.dirname(place), NAMES[this.#random(NAMES.length)] ?? 'a');
    if (fs.lstatSync(to, { throwIfNoEntry: false }) === undefined) fs.renameSync(place, to);
  }

  /** What a person removes is theirs to lose. */
  #forget(place: string): void {
    const stat = fs.lstatSync(place, { throwIfNoEntry: false });
    if (stat?.isFile() === true) this.mustKeep.delete(fs.readFileSync(place, 'utf8'));
    if (stat?.isDirectory() === true)
      for (const name of fs.readdirSync(place)) this.#forget(path.join(place, name));
    fs.rmSync(place, { recursive: true, force: true });
  }
}

export interface Overlap {
  readonly seed: number;
  readonly rounds: number;
}

/** Random edits on both sides, also while syncs run; gives how many contents were followed to the end. */
export async function overlapEdits(shell: LocalShellOptions, { seed, rounds }: Overlap): Promise<number> {
  const random = randomSource(seed);
  let during: (() => void) | undefined;
  using world = new World({ ...shell, before: () => during?.(), after: () => during?.() });
  const editors = new Editors(world, random);
  for (const half of ['host', 'sandbox'] as const) world.write(half, 'keeper', 'keeper');
  for (let round = 0; round < rounds; round += 1) {
    for (let count = random(8); count > 0; count -= 1) editors.edit();
    during = () => {
      for (let count = random(3); count > 0; count -= 1) editors.edit();
    };
    const outcome = await world.mirror().sync();
    during = undefined;
    const there = world.allContents();
    const lost = [...editors.mustKeep].filter((content) => !there.has(content));
    expect(lost, `seed ${seed}, round ${round}: ${JSON.stringify(outcome)}`).toEqual([]);
  }
  for (let count = 0; count < 3; count += 1) await world.mirror().sync();
  expect(world.snapshot('sandbox'), `seed ${seed}`).toEqual(world.snapshot('host'));
  return editors.mustKeep.size;
}
