import { randomBytes } from 'node:crypto';
import path from 'node:path';

import {
  parseHostPath,
  parseRemotePath,
  type SandboxId,
  type SandboxTransport,
  type SyncOptions,
} from '@clamshell/core';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';

import type { Peer, Places } from './peers.ts';
import { clock, type Rig } from './rig.ts';

export interface Ours extends Peer, AsyncDisposable {
  /** What was asked of the sandbox since the last call, each at least one round trip; some at once. */
  takeRequests(): number;
}

/** Clamshell’s mirror over one live connection: sync, a command, sync. */
export async function ours(rig: Rig, { host, sandbox }: Places): Promise<Ours> {
  const transport = await rig.connect();
  const counter = { asked: 0 };
  const peer = { id: 'bench' as SandboxId, ...countRequests(transport, counter) };
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
      counter.asked += 1;
      await transport.shell.run({ argv: ['true'], maxOutputBytes: 1024 });
      await sync({});
    },
    takeRequests() {
      const taken = counter.asked;
      counter.asked = 0;
      return taken;
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose](),
  };
}

function countRequests(
  { shell, requests }: SandboxTransport,
  counter: { asked: number },
): Pick<SandboxTransport, 'shell' | 'requests'> {
  const count = (): void => void (counter.asked += 1);
  return {
    shell: {
      run: (...call) => shell.run(...call),
      spawn: (...call) => {
        count();
        return shell.spawn(...call);
      },
    },
    requests: requests && {
      request: (...call) => {
        count();
        return requests.request(...call);
      },
    },
  };
}
