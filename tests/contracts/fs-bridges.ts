import { randomBytes } from 'node:crypto';

import { createShellRequestChannel, type Mount, type SandboxId, type SyncOutcome } from '@clamshell/core';
import {
  createMirroredFsBridge,
  createRemoteFsBridge,
  type MirroredFsBridgeOptions,
} from '@clamshell/fs-remote';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';
import { type FsBridgeSubject, makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import { localShell } from '../real/mirror-local-shell.ts';
import type { FileUserland } from './file-userlands.ts';

/** The rules about what a bridge may leave out. */
export const CAPABILITIES = [
  'a stream gives a file of any size, and links inside',
  'a stream refuses what read refuses',
  'a stream of a file that is replaced meanwhile ends with FILE_CHANGED',
  'a walk goes as deep as it was told, parents first, and enters no link',
  'a batch answers each query for itself, in order',
  'a batch of mutations makes each in its order, and one that is refused leaves the others',
  'a checksum is that of the whole content, through links inside',
  'a watch begins with its place, and tells what is made, changed and removed below it',
  'a watch goes on when its directory is removed and made anew',
  'a watch refuses what list refuses',
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

/** A mirrored bridge: two real directories for each mount, and a real mirror between them. */
export async function openMirrored(
  options: Partial<MirroredFsBridgeOptions> = {},
  shell = localShell(),
): Promise<MirroredSubject> {
  const world = makeFsWorld();
  const { main, other, sealed, closed } = world;
  const peer = { id: 'sandbox-1' as SandboxId, shell };
  const mounts = [main, other, sealed].map((mount) => ({
    mount,
    mirror: createWorkspaceMirror({
      hostRoot: mount.host,
      sandboxRoot: mount.sandbox,
      stateDirectory: `${world.outside}/../state`,
      clock,
      newId: () => randomBytes(16).toString('hex'),
    }),
  }));
  const settle = (mount: Mount) => {
    const found = mounts.find((each) => each.mount === mount);
    return found?.mirror.sync(peer) ?? Promise.resolve(undefined);
  };
  const subject = createMirroredFsBridge({ mounts, peer, isRunOpen: () => false, closed, clock, ...options });
  const close = async () => world[Symbol.dispose]();
  return { subject, world, truth: 'host', settle, [Symbol.asyncDispose]: close };
}

export type MirroredSubject = FsBridgeSubject & { settle(mount: Mount): Promise<SyncOutcome | undefined> };
