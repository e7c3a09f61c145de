import { invariant } from '@clamshell/core';

import type { BaseEntry } from '../base/base.ts';
import { type Entry, otherSide, type Side } from '../tree/entry.ts';
import { type Change, compareToBase, isUndecided } from './change.ts';

/** What the two sides and the base hold at one path. */
export interface Trio {
  readonly base: BaseEntry | undefined;
  readonly host: Entry | undefined;
  readonly sandbox: Entry | undefined;
  /** Files whose bytes may differ while they say the same: their digest is of what they say. */
  readonly isLoose?: boolean;
}

export type Verdict =
  | { readonly kind: 'agreed' }
  | { readonly kind: 'gone' }
  /** Not decided before the digests of these sides are known. */
  | { readonly kind: 'wait'; readonly for: readonly Side[] }
  | { readonly kind: 'act'; readonly act: 'put' | 'remove'; readonly to: Side; readonly contest: Contest };

/** `conflict`: the replaced version was never seen by the other side. `contested`: both changed, and one must yield. */
export type Contest = 'none' | 'contested' | 'conflict';

/** Where neither side holds a directory and not both hold nothing. Pure; the heart of the three-way merge. */
export function judgeLeaf(trio: Trio, winner: Side): Verdict {
  const host = compareSide(trio, 'host');
  const sandbox = compareSide(trio, 'sandbox');
  const undecided: Side[] = (['host', 'sandbox'] as const).filter((side) => isUnread(trio, side));
  if (host === 'unsure' || (host === 'restated' && sandbox !== 'same')) undecided.push('host');
  if (sandbox === 'unsure' || (sandbox === 'restated' && host !== 'same')) undecided.push('sandbox');
  if (undecided.length > 0) return { kind: 'wait', for: [...new Set(undecided)] };
  return judgeChanges(trio, winner, { host: effective(host, sandbox), sandbox: effective(sandbox, host) });
}

/** A new time of what says the same is nothing to move. */
function compareSide(trio: Trio, side: Side): Change {
  const change = compareToBase(trio.base, trio[side], side);
  return change === 'touched' && trio.isLoose === true ? 'same' : change;
}

function isUnread(trio: Trio, side: Side): boolean {
  const entry = trio[side];
  if (trio.isLoose !== true || entry?.kind !== 'file' || entry.digest !== undefined) return false;
  return compareSide(trio, side) !== 'same';
}

type Effective = 'same' | 'edited' | 'gone';

/** A new time alone is worth moving, but yields to whatever the other side did. */
function effective(own: Change, other: Change): Effective {
  if (own === 'touched') return other === 'same' ? 'edited' : 'same';
  if (own === 'restated') return 'edited';
  invariant(!isUndecided(own), 'every digest that decides is known');
  return own as Effective;
}

function judgeChanges(trio: Trio, winner: Side, change: Readonly<Record<Side, Effective>>): Verdict {
  const { host, sandbox } = change;
  if (host === 'edited' && sandbox === 'edited') return judgeEdits(trio, winner);
  if (host === 'gone' && sandbox === 'gone') return { kind: 'gone' };
  if (host === 'same' && sandbox === 'same') return { kind: 'agreed' };
  // An edit beats everything else, a removal only what is unchanged.
  const from = host === 'edited' || (host === 'gone' && sandbox === 'same') ? 'host' : 'sandbox';
  const to = otherSide(from);
  const contest = change[to] === 'same' ? 'none' : 'contested';
  return { kind: 'act', act: change[from] === 'gone' ? 'remove' : 'put', to, contest };
}

function judgeEdits(trio: Trio, winner: Side): Verdict {
  const { base, host, sandbox } = trio;
  const conflict: Verdict = { kind: 'act', act: 'put', to: otherSide(winner), contest: 'conflict' };
  if (host?.kind === 'symlink' && sandbox?.kind === 'symlink') {
    return host.target === sandbox.target ? { kind: 'agreed' } : conflict;
  }
  if (host?.kind !== 'file' || sandbox?.kind !== 'file') return conflict;
  if (host.stat.size !== sandbox.stat.size && trio.isLoose !== true) return conflict;
  const missing = (['host', 'sandbox'] as const).filter(
    (side) => ({ host, sandbox })[side].digest === undefined,
  );
  if (missing.length > 0) return { kind: 'wait', for: missing };
  if (host.digest !== sandbox.digest) return conflict;
  if (host.executable === sandbox.executable) return { kind: 'agreed' };
  // The same bytes: whoever flipped the execute bit meant it.
  const flipper = base?.kind === 'file' ? (host.executable === base.executable ? 'sandbox' : 'host') : winner;
  return { kind: 'act', act: 'put', to: otherSide(flipper), contest: 'contested' };
}
