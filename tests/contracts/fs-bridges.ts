import { createShellRequestChannel } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';
import { type FsBridgeSubject, makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import type { FileUserland } from './file-userlands.ts';

/** The rules about what a bridge may leave out. */
export const CAPABILITIES = [
  'a stream gives a file of any size, and links inside',
  'a stream refuses what read refuses',
  'a stream of a file that is replaced meanwhile ends with FILE_CHANGED',
  'a walk goes as deep as it was told, parents first, and enters no link',
  'a batch answers each query for itself, in order',
  'a search finds lines by an extended expression, below a directory, through no link',
];

/** A remote bridge over a world on this machine, worked on by a userland's own programs. */
export async function openRemote({ shell, processes }: FileUserland): Promise<FsBridgeSubject> {
  const world = makeFsWorld();
  const { main, other, sealed, closed } = world;
  const requests = createShellRequestChannel(shell);
  const mounts = [main, other, sealed];
  const subject = createRemoteFsBridge({ mounts, requests, shell: processes, closed, clock });
  const close = async () => world[Symbol.dispose]();
  return { subject, world, truth: 'sandbox', [Symbol.asyncDispose]: close };
}
