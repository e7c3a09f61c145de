import { asRelPath } from '@clamshell/core';

import type { ArchiveEntry } from './entry.ts';
import { invalid } from './fault.ts';
import type { Member } from './read-member.ts';
import { MAX_TARGET_BYTES } from './tar-format.ts';

/** What becomes of a member: taken, refused alone, or (`root`) the directory all are in, which is not an entry. */
export type Verdict =
  | { readonly is: 'entry'; readonly entry: ArchiveEntry }
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'root' };

const KINDS: Readonly<Record<string, ArchiveEntry['kind']>> = {
  '0': 'file',
  '2': 'symlink',
  '5': 'directory',
};
const REFUSED_TYPES: Readonly<Record<string, string>> = {
  '1': 'a hard link',
  '3': 'a character device',
  '4': 'a block device',
  '6': 'a FIFO',
};
const BODILESS = /^[1-6]$/;

/** Throws ARCHIVE_INVALID where readers would disagree on whether a body follows. */
export function judgeMember(member: Member): Verdict {
  if (BODILESS.test(member.type) && member.size !== 0)
    throw invalid('an entry that can have no body has one');
  const kind = KINDS[member.type];
  if (kind === undefined) return refuse(REFUSED_TYPES[member.type] ?? 'an entry of an unknown type');
  if (member.isSparse) return refuse('a sparse file');
  if (kind === 'directory' && /^\.\/?$/.test(member.name)) return { is: 'root' };
  const name = trimName(member.name, kind);
  const path = asRelPath(name);
  const fault = whyNotAName(name) ?? (kind === 'symlink' ? whyNotATarget(member.target) : undefined);
  if (fault !== undefined) return refuse(fault);
  return path === undefined
    ? refuse('not the name of an entry')
    : { is: 'entry', entry: toEntry(member, { kind, path }) };
}

function refuse(reason: string): Verdict {
  return { is: 'refused', reason };
}

function trimName(name: string, kind: ArchiveEntry['kind']): string {
  const inside = name.startsWith('./') ? name.slice(2) : name;
  return kind === 'directory' && inside.endsWith('/') ? inside.slice(0, -1) : inside;
}

/** The commonest faults by name; `asRelPath` decides. */
function whyNotAName(name: string): string | undefined {
  if (name.includes('\0')) return 'a name with NUL in it';
  if (name.startsWith('/')) return 'an absolute name';
  if (isWindowsRooted(name)) return 'a name with a Windows drive or share';
  if (name.split('/').includes('..')) return 'a name that leads upwards';
  return undefined;
}

function whyNotATarget(target: string): string | undefined {
  if (target === '') return 'a link without a target';
  if (target.includes('\0')) return 'a link target with NUL in it';
  if (target.length > MAX_TARGET_BYTES) return 'a link target that is too long';
  return isWindowsRooted(target) ? 'a link target with a Windows drive or share' : undefined;
}

/** Refused on every host (row 5): a tree that is copied on to Windows must not come to life there. */
function isWindowsRooted(text: string): boolean {
  return /^(?:[A-Za-z]:|\\\\)/.test(text);
}

function toEntry(member: Member, { kind, path }: Pick<ArchiveEntry, 'kind' | 'path'>): ArchiveEntry {
  const { mode, mtimeNs, size } = member;
  return { path, kind, mode, mtimeNs, size, ...(kind === 'symlink' && { target: member.target }) };
}
