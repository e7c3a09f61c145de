import { createHash } from 'node:crypto';

import type { SandboxId } from '@clamshell/core';

import type { Tree } from '../tree/entry.ts';

/** The last listing of a sandbox, so that one that did not change need not be sent again. */
export class ScanMemory {
  #last: (RememberedScan & { readonly id: SandboxId }) | undefined;

  of(id: SandboxId): RememberedScan | undefined {
    return this.#last?.id === id ? this.#last : undefined;
  }

  keep(id: SandboxId, scan: RememberedScan): void {
    this.#last = { ...scan, id };
  }

  forget(): void {
    this.#last = undefined;
  }
}

export interface RememberedScan {
  /** Of the records as they were sent. */
  readonly digest: string;
  readonly tree: Tree;
  readonly device: string;
}

export function digestRecords(latin1: string): string {
  return createHash('sha256').update(latin1, 'latin1').digest('hex');
}
