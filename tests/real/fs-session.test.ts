import { afterAll, beforeEach, describe, expect, test } from 'vitest';

import {
  type BridgePath,
  createShellRequestChannel,
  type FsBridge,
  type Lease,
  parseRelPath,
  TransportError,
} from '@clamshell/core';
import { type BridgedSession, createSessionFsBridge } from '@clamshell/fs-remote';
import { type FsWorld, makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';

const missing = whyNoUserland(USERLANDS.busybox);
if (missing !== undefined) process.stderr.write(`${missing}: the session’s door is not tried\n`);

describe.skipIf(missing !== undefined && process.env.CI !== 'true')(
  'a bridge through a session’s door',
  () => {
    const userland = makeFileUserland(USERLANDS.busybox);
    afterAll(() => userland[Symbol.dispose]());
    const requests = createShellRequestChannel(userland.shell);

    let world: FsWorld;
    let files: FsBridge;
    let entered: string[];
    let inside: number;
    let breakLinks: number;

    /** The door alone: it makes a new link where one broke and the work may be done twice, as a session does. */
    const session: BridgedSession = {
      state: { runs: new Set() } as never,
      async use(kind, work, { isIdempotent, signal } = {}) {
        entered.push(kind);
        inside += 1;
        try {
          for (;;) {
            signal?.throwIfAborted();
            const lost = { request: () => Promise.reject(new TransportError('CONNECTION_LOST', 'gone')) };
            const transport = { shell: userland.processes, requests: breakLinks-- > 0 ? lost : requests };
            try {
              return await work({ transport, peer: {} } as unknown as Lease);
            } catch (error) {
              if (isIdempotent !== true || !(error instanceof TransportError)) throw error;
            }
          }
        } finally {
          inside -= 1;
        }
      },
    };

    beforeEach(() => {
      [world, entered, inside, breakLinks] = [makeFsWorld(), [], 0, 0];
      const mounts = [{ mount: world.main, mirror: undefined as never }];
      files = createSessionFsBridge({ mode: 'remote', mounts, withSession: (work) => work(session), clock });
      return () => world[Symbol.dispose]();
    });

    const at = (name: string): BridgePath => ({ mount: world.main, path: parseRelPath(name) });
    const some = Buffer.from('some');

    test('names are resolved without it', () => {
      expect(files.resolve('a/b')).toMatchObject({ path: 'a/b', mount: world.main });
      expect(entered).toEqual([]);
    });

    test('queries go in to read, changes to mutate, each for its own time', async () => {
      await files.write(at('a'), some);
      expect(await files.stat(at('a'))).toMatchObject({ size: 4 });
      await files.batch?.([{ do: 'stat', at: at('a') }]);
      await files.batch?.([
        { do: 'stat', at: at('a') },
        { do: 'remove', at: at('a') },
      ]);
      expect([entered, inside]).toEqual([['mutate', 'read', 'read', 'mutate'], 0]);
    });

    test('over a lost link a query is asked again, a change never', async () => {
      await files.write(at('a'), some);
      breakLinks = 2;
      expect(await files.stat(at('a'))).toMatchObject({ size: 4 });
      breakLinks = 1;
      await expect(files.write(at('a'), some)).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
    });

    test('values that come one after another hold it until they are left', async () => {
      await files.write(at('a'), some);
      await files.write(at('b'), some);
      for await (const entry of files.walk?.({ ...at('a'), path: undefined }, { maxDepth: 1 }) ?? []) {
        expect([entry.size, inside]).toEqual([4, 1]);
        break;
      }
      expect(inside).toBe(0);
      const missing = files.stream?.(at('nothing'))[Symbol.asyncIterator]().next();
      await expect(missing).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      expect(inside).toBe(0);
    });

    test('an abort ends the call with its reason', async () => {
      const signal = AbortSignal.abort(new TypeError('enough'));
      await expect(files.stat(at('a'), { signal })).rejects.toThrow('enough');
    });
  },
);
