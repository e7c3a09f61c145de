import type { RelPath, SandboxId } from '@clamshell/core';

import type { DirectoryEntry, Scan, Side, Stat } from '../tree/entry.ts';

/** A stat as one side showed it when both agreed. */
export interface SeenStat extends Stat {
  /** So young when it was seen that a later change could carry the same stat: the digest decides next time. */
  readonly isRacy: boolean;
}

export interface BaseFile {
  readonly kind: 'file';
  readonly digest: string;
  readonly executable: boolean;
  readonly host: SeenStat;
  readonly sandbox: SeenStat;
}

export interface BaseSymlink {
  readonly kind: 'symlink';
  readonly target: string;
}

export type BaseEntry = BaseFile | BaseSymlink | DirectoryEntry;

export type BaseTree = ReadonlyMap<RelPath, BaseEntry>;

/** The last state both sides agreed on. */
export interface Base {
  readonly sandboxId: SandboxId;
  /** Written into the sandbox's root: a root without it is not the one this base speaks of. */
  readonly nonce: string;
  /** The run that wrote it. */
  readonly run: string;
  readonly tree: BaseTree;
  /** Versions of the sandbox that were withheld and reported, as `fingerprintOf` gives them. */
  readonly withheld: ReadonlyMap<RelPath, string>;
  /** Each root’s file system, as that side numbers it; `undefined` where it was not noted. */
  readonly devices?: Readonly<Record<Side, string | undefined>> | undefined;
}

/** Longer than the coarsest time stamps of any file system in use. */
const RACY_NS = 2_000_000_000n;

export function seeStat(
  { size, mtimeNs, ctimeNs, inode }: Stat,
  { clockNs }: Pick<Scan, 'clockNs'>,
): SeenStat {
  const isYoung = ctimeNs > clockNs - RACY_NS;
  const isWrittenNow = mtimeNs > clockNs - RACY_NS && mtimeNs < clockNs + RACY_NS;
  return { size, mtimeNs, ctimeNs, inode, isRacy: isYoung || isWrittenNow };
}

export function isSameEntry<Kind extends BaseEntry>(a: Kind, b: BaseEntry | undefined): b is Kind {
  if (a === b) return true;
  if (a.kind === 'symlink') return b?.kind === 'symlink' && a.target === b.target;
  if (a.kind === 'directory' || b?.kind !== 'file') return a.kind === b?.kind;
  const isSameContent = a.digest === b.digest && a.executable === b.executable;
  return isSameContent && isSameSeen(a.host, b.host) && isSameSeen(a.sandbox, b.sandbox);
}

function isSameSeen(a: SeenStat, b: SeenStat): boolean {
  if (a.size !== b.size || a.mtimeNs !== b.mtimeNs || a.ctimeNs !== b.ctimeNs) return false;
  return a.inode === b.inode && a.isRacy === b.isRacy;
}
