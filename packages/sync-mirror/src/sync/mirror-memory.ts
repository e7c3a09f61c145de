import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';

import type { SandboxId } from '@clamshell/core';

import type { Base } from '../base/base.ts';
import { readBase } from '../base/base-file.ts';
import type { Agreed } from '../plan/narrow.ts';
import type { Reconciliation } from '../plan/step.ts';
import type { FindRecords } from '../scan/find-record.ts';
import type { HostListing } from '../scan/list-host.ts';
import type { Tools } from '../scan/tools.ts';
import type { Tree } from '../tree/entry.ts';

/** What one mirror remembers between its syncs. It only saves work: without it every sync ends the same. */
export class MirrorMemory {
  /** The last listing of the sandbox, so that one that did not change need not be sent again. */
  listing: RememberedListing | undefined;
  /** The host’s last listing, so that entries that did not change are the same objects. */
  host: HostListing | undefined;
  /** What the last sync of everything left behind. */
  agreed: Agreed | undefined;
  #quiet: Quiet | undefined;
  #base: { readonly version: string; readonly base: Base | undefined } | undefined;

  listingOf(id: SandboxId): RememberedListing | undefined {
    return this.listing?.id === id ? this.listing : undefined;
  }

  /** As `readBase`, of a file that is always replaced as a whole. */
  async readBase(file: string): Promise<Base | undefined> {
    const version = await versionOf(file);
    if (version === undefined) return readBase(file);
    if (this.#base?.version !== version) this.#base = { version, base: await readBase(file) };
    return this.#base.base;
  }

  /** What was just written to `file`. */
  async keepBase(file: string, base: Base): Promise<void> {
    const version = await versionOf(file);
    this.#base = version === undefined ? undefined : { version, base };
  }

  /** The plan of the same three trees, where it moved nothing and left the base as it was. */
  recall({ host, sandbox, base }: Omit<Quiet, 'plan'>): Reconciliation | undefined {
    const quiet = this.#quiet;
    if (quiet === undefined || quiet.base !== base || quiet.sandbox !== sandbox) return undefined;
    return isSameTree(quiet.host, host) ? quiet.plan : undefined;
  }

  keepQuiet(quiet: Quiet): void {
    this.#quiet = quiet;
  }
}

export interface RememberedListing {
  readonly id: SandboxId;
  /** Of the records as they were sent. */
  readonly digest: string;
  readonly tree: Tree;
  readonly device: string;
  readonly records: FindRecords;
  readonly tools: Tools;
}

export interface Quiet {
  readonly host: Tree;
  readonly sandbox: Tree;
  readonly base: Base;
  readonly plan: Reconciliation;
}

export function digestRecords(latin1: string): string {
  return createHash('sha256').update(latin1, 'latin1').digest('hex');
}

async function versionOf(file: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(file, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // Missing, or worse: reading it will say.
    return undefined;
  }
}

/** Entries that did not change are the same objects. */
function isSameTree(a: Tree, b: Tree): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const [path, entry] of a) if (b.get(path) !== entry) return false;
  return true;
}
