import fs from 'node:fs';

import { afterAll, describe, expect, test } from 'vitest';

import { createShellRequestChannel, parseRelPath, type ShellRunner } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';
import { makeFsWorld, systemClock as clock } from '@clamshell/testkit';

import { makeFileUserland, USERLANDS, whyNoUserland } from '../contracts/file-userlands.ts';

const missing = whyNoUserland(USERLANDS.python3);
if (missing !== undefined) process.stderr.write(`${missing}: the program that stays is not tried\n`);

describe.skipIf(missing !== undefined && process.env.CI !== 'true')('the program that stays', () => {
  const userland = makeFileUserland(USERLANDS.python3);
  afterAll(() => userland[Symbol.dispose]());

  /** A bridge whose programs are counted, and can be got hold of. */
  function openBridge() {
    const world = makeFsWorld();
    const started: Awaited<ReturnType<typeof userland.processes.spawn>>[] = [];
    const shell: ShellRunner = {
      ...userland.processes,
      async spawn(command) {
        const process = await userland.processes.spawn(command);
        started.push(process);
        return process;
      },
    };
    const requests = createShellRequestChannel(userland.shell);
    const bridge = createRemoteFsBridge({ mounts: [world.main], requests, shell, clock });
    const at = (name: string) => ({ mount: world.main, path: parseRelPath(name) });
    return { bridge, started, at, world, [Symbol.dispose]: () => world[Symbol.dispose]() };
  }

  test('is started once, whatever is asked of it', async () => {
    using opened = openBridge();
    const { bridge, started, at } = opened;
    await bridge.write(at('a'), Buffer.from('x'));
    await Promise.all(Array.from({ length: 20 }, () => bridge.stat(at('a'))));
    expect(started).toHaveLength(1);
  });

  test('is started anew once it was killed, and nothing is asked twice', async () => {
    using opened = openBridge();
    const { bridge, started, at, world } = opened;
    await bridge.write(at('log'), Buffer.from(''));
    await started[0]?.kill('KILL');
    await started[0]?.exit;
    const appends = await Promise.allSettled([bridge.append(at('log'), Buffer.from('1'))]);
    await bridge.append(at('log'), Buffer.from('2'));
    const expected = appends[0].status === 'fulfilled' ? '12' : '2';
    expect(fs.readFileSync(`${world.main.sandbox}/log`, 'utf8')).toBe(expected);
    expect(started).toHaveLength(2);
  });

  test('takes a request that the link cut short for none', async () => {
    using opened = openBridge();
    const { bridge, started, at, world } = opened;
    await bridge.write(at('kept'), Buffer.from('whole'));
    const [agent] = started;
    const { stdin } = agent ?? {};
    const write = stdin?.write.bind(stdin);
    if (stdin === undefined || write === undefined) throw new TypeError('no agent');
    stdin.write = async (chunk) => {
      await write(chunk.subarray(0, chunk.length - 3));
      await stdin.end();
    };
    await expect(bridge.append(at('kept'), Buffer.from(' and more'))).rejects.toMatchObject({
      name: 'FsError',
    });
    expect(fs.readFileSync(`${world.main.sandbox}/kept`, 'utf8')).toBe('whole');
    expect(fs.readdirSync(world.main.sandbox)).toEqual(['kept']);
  });

  test('is ended by an abort when it hangs, and the next call has another', async () => {
    using opened = openBridge();
    const { bridge, started, at } = opened;
    await bridge.write(at('a'), Buffer.from('x'));
    const [hanging] = started;
    if (hanging !== undefined) process.kill(hanging.pid, 'SIGSTOP');
    const stopped = bridge.stat(at('a'), { timeoutMs: 200 });
    await expect(stopped).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(await bridge.stat(at('a'))).toMatchObject({ size: 1 });
    await started[0]?.exit;
    expect(started).toHaveLength(2);
  });
});
