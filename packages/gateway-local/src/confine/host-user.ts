import { createHash } from 'node:crypto';

/** Above what distributions and container tools hand out, below the largest signed id. */
const FIRST_ID = 0x70000000;

/** The host's uid and gid of a sandbox that root has started: one of 2^24, the same for the sandbox's whole life. */
export function hostUserOf(sandboxId: string): number {
  return FIRST_ID + createHash('sha256').update(sandboxId).digest().readUIntBE(0, 3);
}
