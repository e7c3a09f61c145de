import type { Problem, RelPath } from '@clamshell/core';

import type { Stat } from '../tree/entry.ts';

/** What both sides hold at a path after a step, as it was read back. */
export type Applied =
  | { readonly kind: 'gone' }
  | { readonly kind: 'directory' }
  | { readonly kind: 'symlink'; readonly target: string }
  | {
      readonly kind: 'file';
      readonly digest: string;
      readonly executable: boolean;
      readonly host: Stat;
      readonly sandbox: Stat;
    };

export interface ApplyResult {
  readonly applied: ReadonlyMap<RelPath, Applied>;
  readonly problems: readonly Problem[];
}
