import { readFileSync } from 'node:fs';

import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';

import { asRelPath, createShellRequestChannel } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';
import { makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';

const missing = whyNoUserland(USERLANDS.python3);
if (missing !== undefined) process.stderr.write(`${missing}: names of fs-remote are not tried\n`);

describe.skipIf(missing !== undefined && process.env.CI !== 'true')('a sandbox with python3', () => {
  const userland = makeFileUserland(USERLANDS.python3);
  const world = makeFsWorld();
  afterAll(() => {
    world[Symbol.dispose]();
    userland[Symbol.dispose]();
  });

  test('keeps any bytes under any path', async () => {
    const { main } = world;
    const requests = createShellRequestChannel(userland.shell);
    const files = createRemoteFsBridge({ mounts: [main], requests, shell: userland.processes, clock });
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 60 })
      .map((bytes) => asRelPath(Buffer.from(bytes.filter((byte) => byte !== 0)).toString('latin1')))
      .filter((path) => path !== undefined);
    const property = fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), async (path, content) => {
      const at = { mount: main, path };
      await files.write(at, content, { parents: true });
      const onDisk = readFileSync(Buffer.from(`${main.sandbox}/${path}`, 'latin1'));
      const read = await files.read(at, { maxBytes: 300 });
      expect([Buffer.from(read.bytes), read.canonical]).toEqual([onDisk, path]);
      await files.remove({ mount: main, path: asRelPath(path.split('/')[0] as string) }, { recursive: true });
    });
    await fc.assert(property, { numRuns: 200 });
  });
});
