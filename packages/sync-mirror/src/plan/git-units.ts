import type { RelPath } from '@clamshell/core';

import { holdsPackedRefs, IN_PROGRESS, isIndex, isLock } from '../git/git-paths.ts';
import type { Side } from '../tree/entry.ts';
import { type Change, compareToBase, isUndecided } from './change.ts';
import { CHANGED_ON_BOTH, type GitUnit, noteProblem, noteWithheld, trioAt, type Walk } from './findings.ts';
import type { Trio } from './leaf.ts';
import { isMovable } from './step.ts';

/** Decides for every git directory, before any path in it is looked at. */
export function judgeUnits(walk: Walk): ReadonlyMap<RelPath | undefined, GitUnit> {
  const judged = [...walk.git.tops].map((top) => [top, judgeUnit(walk, top)] as const);
  return new Map(judged);
}

function judgeUnit(walk: Walk, top: RelPath | undefined): GitUnit {
  const members = membersOf(walk, top);
  const isPacked = members.some(({ rel, path }) => holdsPackedRefs(rel) && isChanged(walk, path));
  const { base, host, sandbox } = trioAt(walk, join(top, 'HEAD'));
  const isRemoved = base !== undefined && host === undefined;
  const name = top ?? ('HEAD' as RelPath);
  const changes = compareMembers(
    walk,
    members.filter(({ part }) => part === 'head'),
  );
  const unit = { isPacked, isRemoved };
  if (members.some(({ rel }) => isLock(rel))) {
    const isIdle = changes.host.length + changes.sandbox.length === 0;
    if (!isIdle) noteProblem(walk, name, 'git is at work there, or left a lock behind');
    return { ...unit, verdict: 'leave' };
  }
  if (changes.isBroken) return { ...unit, verdict: 'leave' };
  const isGivenUp = base !== undefined && sandbox === undefined && host !== undefined;
  if (changes.sandbox.length > 0 && (isGivenUp || isInProgress(walk, top))) {
    noteWithheld(walk, name, trioAt(walk, name).sandbox);
    return { ...unit, verdict: 'leave' };
  }
  return { ...unit, verdict: isRemoved ? 'apart' : judgeChanges(walk, name, changes) };
}

interface Member {
  readonly path: RelPath;
  readonly rel: string;
  readonly part: string;
}

/** All below `top` that belongs to no git directory further down. */
function membersOf(walk: Walk, top: RelPath | undefined): readonly Member[] {
  const members: Member[] = [];
  const waiting = [...(walk.children.get(top) ?? [])];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const place = walk.git.at(path);
    if (place === undefined || place.top !== top || place.part === 'objects') continue;
    members.push({ path, rel: place.rel, part: place.part });
    waiting.push(...(walk.children.get(path) ?? []));
  }
  return members;
}

function join(top: RelPath | undefined, name: string): RelPath {
  return (top === undefined ? name : `${top}/${name}`) as RelPath;
}

function isInProgress(walk: Walk, top: RelPath | undefined): boolean {
  return IN_PROGRESS.some((name) => {
    const { host, sandbox } = trioAt(walk, join(top, name));
    return host !== undefined || sandbox !== undefined;
  });
}

function isChanged(walk: Walk, path: RelPath): boolean {
  const trio = trioAt(walk, path);
  return (['host', 'sandbox'] as const).some((side) => compareMember(path, trio, side) !== 'same');
}

interface MemberChanges {
  readonly host: RelPath[];
  readonly sandbox: RelPath[];
  /** Something can't be read, or a scan may have missed it. */
  isBroken: boolean;
}

function compareMembers(walk: Walk, members: readonly Member[]): MemberChanges {
  const changes: MemberChanges = { host: [], sandbox: [], isBroken: false };
  for (const { path } of members) {
    const trio = trioAt(walk, path);
    for (const side of ['host', 'sandbox'] as const) {
      const isMissed = trio[side] === undefined && trio.base !== undefined && walk.input[side].isTorn;
      if (trio[side]?.kind === 'special' || isMissed) changes.isBroken = true;
      if (compareMember(path, trio, side) !== 'same') changes[side].push(path);
    }
  }
  return changes;
}

/** Directories come and go with what is in them. */
function compareMember(path: RelPath, trio: Trio, side: Side): Change {
  const [base, entry] = [trio.base, trio[side]];
  const isDirectory = (base ?? entry)?.kind === 'directory' && (entry ?? base)?.kind === 'directory';
  if (isDirectory) return 'same';
  const change = compareToBase(base, entry, side);
  return change === 'touched' && isIndex(path) ? 'same' : change;
}

function judgeChanges(walk: Walk, name: RelPath, { host, sandbox }: MemberChanges): GitUnit['verdict'] {
  if (host.length === 0 || sandbox.length === 0) return 'apart';
  if (wantDigests(walk, [...host, ...sandbox])) return 'leave';
  const differs = (path: RelPath): boolean => !isAgreed(trioAt(walk, path));
  if (!host.some(differs) || !sandbox.some(differs)) return 'apart';
  if (walk.input.direction !== 'both') {
    noteProblem(walk, name, CHANGED_ON_BOTH);
    return 'leave';
  }
  walk.conflicts.push({ path: name, kept: walk.input.winner });
  return walk.input.winner;
}

/** True where some have to be computed first. */
function wantDigests(walk: Walk, paths: readonly RelPath[]): boolean {
  let isWaiting = false;
  for (const path of paths) {
    const trio = trioAt(walk, path);
    for (const side of ['host', 'sandbox'] as const) {
      const entry = trio[side];
      if (entry?.kind !== 'file' || entry.digest !== undefined) continue;
      const change = compareToBase(trio.base, entry, side);
      if (!isUndecided(change) && change !== 'edited') continue;
      walk.wanted[side].add(path);
      isWaiting = true;
    }
  }
  return isWaiting;
}

/** True where both sides hold the same, or nothing. Every digest that decides is known. */
export function isAgreed({ base, host, sandbox }: Trio): boolean {
  if (host === undefined || sandbox === undefined) return host === sandbox;
  if (host.kind === 'symlink' && sandbox.kind === 'symlink') return host.target === sandbox.target;
  if (host.kind !== 'file' || sandbox.kind !== 'file') return host.kind === sandbox.kind && isMovable(host);
  const agreed = base?.kind === 'file' ? base.digest : undefined;
  const [ours, theirs] = [host.digest ?? agreed, sandbox.digest ?? agreed];
  return ours !== undefined && ours === theirs;
}
