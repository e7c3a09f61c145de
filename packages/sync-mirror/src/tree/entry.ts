import type { RelPath, Side } from '@clamshell/core';

export type { Side };

/** What tells one version of a file from another without reading it. Times are ns since the epoch of that side's clock. */
export interface Stat {
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  readonly inode: bigint;
}

export interface FileEntry {
  readonly kind: 'file';
  readonly stat: Stat;
  /** The owner's execute bit, the one bit of a mode that is mirrored. */
  readonly executable: boolean;
  /** sha256 in hex, of a git index of what it says; there where it was computed in this sync. */
  readonly digest?: string;
}

export interface DirectoryEntry {
  readonly kind: 'directory';
}

export interface SymlinkEntry {
  readonly kind: 'symlink';
  readonly stat: Stat;
  /** Bytes as latin1. */
  readonly target: string;
}

/** What is never moved and never removed, and neither is a directory that holds one. */
export interface SpecialEntry {
  readonly kind: 'special';
  /** Why an entry that could be mirrored is not, this time; left out for devices, sockets and foreign mounts. */
  readonly problem?: string;
  /** A pattern leaves it alone: that needs no word when the other side holds something there. */
  readonly isIgnored?: true;
}

export type MovableEntry = FileEntry | DirectoryEntry | SymlinkEntry;
export type Entry = MovableEntry | SpecialEntry;

/** Entries of one side by path, the root itself left out. The parent of every entry is a directory of the same tree. */
export type Tree = ReadonlyMap<RelPath, Entry>;

export interface Scan {
  readonly tree: Tree;
  /** Entries came or went while it ran: what is missing from `tree` may still be there. */
  readonly isTorn: boolean;
  /** Of the root’s file system, as this side numbers it. */
  readonly device?: string;
  /** This side's own clock when the scan began, in ns; never compared with the other side's. */
  readonly clockNs: bigint;
}

export function otherSide(side: Side): Side {
  return side === 'host' ? 'sandbox' : 'host';
}
