import { randomBytes } from 'node:crypto';
import path from 'node:path';

import { parseHostPath, parseRemotePath, type SandboxId, type SyncOptions } from '@clamshell/core';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';

import type { Peer, Places } from './peers.ts';
import { clock, type Rig } from './rig.ts';

/** Clamshell’s mirror over one live connection: sync, a command, sync. */
export async function ours(rig: Rig, { host, sandbox }: Places): Promise<Peer & AsyncDisposable> {
  const transport = await rig.connect();
  const { shell, requests } = transport;
  const peer = { id: 'bench' as SandboxId, shell, requests };
  const mirror = createWorkspaceMirror({
    hostRoot: parseHostPath(host),
    sandboxRoot: parseRemotePath(sandbox),
    stateDirectory: path.join(path.dirname(host), `state-${path.basename(host)}`),
    clock,
    newId: () => randomBytes(16).toString('hex'),
  });
  const sync = async (options: SyncOptions): Promise<void> => {
    const outcome = await mirror.sync(peer, options);
    if (outcome.status !== 'done' || outcome.problems.length > 0)
      throw new TypeError(JSON.stringify(outcome));
    if (process.env['BENCH_PHASES'] !== undefined) console.error(JSON.stringify(outcome.phases));
  };
  return {
    name: 'clamshell',
    push: () => sync({ direction: 'push' }),
    pull: () => sync({ direction: 'pull' }),
    async run() {
      await sync({});
      await shell.run({ argv: ['true'], maxOutputBytes: 1024 });
      await sync({});
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}
