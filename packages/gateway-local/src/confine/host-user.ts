import { createHash } from 'node:crypto';

/** Above what distributions and container tools hand out, below the largest signed id. */
const FIRST_ID = 0x70000000;

/** The host's uid and gid of a sandbox that root has started: one of 2^24, the same for the sandbox's whole life. */
export function hostUserOf(sandboxId: string): number {
  return FIRST_ID + createHash('sha256').update(sandboxId).digest().readUIntBE(0, 3);
}

/**
 * Whether `uid` is root's outside of all user namespaces that can be seen through. `map` is the text of
 * `/proc/self/uid_map`, empty where there are no user namespaces. In a rootless container root is an ordinary user, and
 * has no other uids to give away.
 */
export function isMachineRoot(uid: number, map: string): boolean {
  const outside = /^ *0 +(\d+) /m.exec(map)?.[1];
  return uid === 0 && (outside === undefined || outside === '0');
}
