import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { randomSource } from './mirror-editors.ts';
import { expectClean, expectSound, git, type Half, repository, tryGit } from './mirror-git-world.ts';
import type { World } from './mirror-world.ts';

/** Works with git on both halves at random, and knows every commit that came of it. */
class Committers {
  readonly made = new Set<string>();
  readonly done: string[] = [];
  readonly #world: World;
  readonly #random: (below: number) => number;
  #count = 0;

  constructor(world: World, random: (below: number) => number) {
    this.#world = world;
    this.#random = random;
  }

  work(half: Half): void {
    const works = [
      this.#commit,
      this.#commit,
      this.#branch,
      this.#switch,
      this.#stash,
      this.#remove,
      this.#pack,
    ];
    const work = [...works, this.#rebase][this.#random(works.length + 1)];
    this.#count += 1;
    this.done.push(`${half}: ${work?.name}`);
    work?.call(this, half);
    for (const commit of commitsOf(this.#world, half)) this.made.add(commit);
  }

  #commit(half: Half): void {
    this.#world.write(half, `made/${this.#count}`, `made ${this.#count}`);
    this.#edit(half);
    git(this.#world, half, 'add', '--all');
    git(this.#world, half, 'commit', '--quiet', `--message=${this.#count}`);
  }

  #branch(half: Half): void {
    tryGit(this.#world, half, 'checkout', '--quiet', '-b', `topic/${this.#count}`);
    this.#commit(half);
  }

  #switch(half: Half): void {
    tryGit(this.#world, half, 'checkout', '--quiet', this.#anyBranch(half));
  }

  #stash(half: Half): void {
    this.#edit(half);
    git(this.#world, half, 'stash', '--quiet', '--include-untracked');
  }

  #remove(half: Half): void {
    tryGit(this.#world, half, 'branch', '--quiet', '-d', this.#anyBranch(half));
  }

  #pack(half: Half): void {
    git(this.#world, half, 'gc', '--quiet');
  }

  #rebase(half: Half): void {
    const { status } = tryGit(this.#world, half, 'rebase', '--quiet', this.#anyBranch(half));
    if (status !== 0) tryGit(this.#world, half, 'rebase', '--abort');
  }

  #edit(half: Half): void {
    this.#world.write(half, `src/f${this.#random(20)}`, `edited ${this.#count}`);
  }

  #anyBranch(half: Half): string {
    const branches = git(this.#world, half, 'branch', '--format=%(refname:short)').split('\n');
    return branches[this.#random(branches.length)] ?? 'main';
  }
}

function commitsOf(world: World, half: Half, ...more: string[]): readonly string[] {
  return git(world, half, 'rev-list', '--all', '--reflog', ...more).split('\n');
}

export interface GitRun {
  readonly seed: number;
  readonly rounds: number;
}

/** Random work with git on both halves, on the host also while a sync runs; gives how many commits were followed. */
export async function overlapCommits({ seed, rounds }: GitRun): Promise<number> {
  const random = randomSource(seed);
  let during: (() => void) | undefined;
  using world = await repository({ before: () => during?.() });
  const committers = new Committers(world, random);
  let isContested = false;
  for (let round = 0; round < rounds; round += 1) {
    for (let count = random(4); count > 0; count -= 1) committers.work('sandbox');
    if (random(3) === 0) committers.work('host');
    let wait = random(12);
    during = () => {
      wait -= 1;
      if (wait === 0) committers.work('host');
    };
    const hasConflict = await settle(world, () => (during = undefined));
    isContested ||= hasConflict;
    const when = `seed ${seed}: ${committers.done.join(', ')}`;
    expectSame(world, { isContested, when });
    const there = new Set(keptCommits(world));
    expect(
      [...committers.made].filter((commit) => !there.has(commit)),
      when,
    ).toEqual([]);
  }
  return committers.made.size;
}

/** True where a sync had to choose. */
async function settle(world: World, afterFirst: () => void): Promise<boolean> {
  let hasConflict = false;
  for (let count = 0; count < 5; count += 1) {
    const { conflicts, pushed, pulled, problems } = await world.sync();
    afterFirst();
    hasConflict ||= conflicts.length > 0;
    if (pushed.files + pushed.removed + pulled.files + pulled.removed + problems.length === 0) break;
  }
  return hasConflict;
}

/** Both are whole and say the same; and where nobody ever had to yield, nothing is left uncommitted. */
function expectSame(world: World, { isContested, when }: { isContested: boolean; when: string }): void {
  if (!isContested) expectClean(world);
  else expectSound(world);
  const [host, sandbox] = (['host', 'sandbox'] as const).map((half) =>
    git(world, half, 'status', '--porcelain'),
  );
  expect(host, when).toBe(sandbox);
}

/** What the host’s refs and their logs lead to, and what those in its undo store do. */
function keptCommits(world: World): readonly string[] {
  const refs = fs.globSync('.clamshell/undo/*/sandbox/.git/{HEAD,packed-refs,refs/**,logs/**}', {
    cwd: world.host,
  });
  const files = refs.filter((place) => fs.statSync(path.join(world.host, place)).isFile());
  const texts = files.map((place) => fs.readFileSync(path.join(world.host, place), 'utf8'));
  const names = texts.flatMap((text) => text.match(/\b[0-9a-f]{40}\b/g) ?? []);
  const kept = [...new Set(names)].filter(
    (name) => tryGit(world, 'host', 'cat-file', '-e', name).status === 0,
  );
  return commitsOf(world, 'host', ...kept);
}
