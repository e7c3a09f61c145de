import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type BridgePath, invariant, parseRelPath } from '@clamshell/core';
import type { FsBridgeSubject } from '@clamshell/testkit';

import {
  type FileUserland,
  makeFileUserland,
  USERLANDS,
  whyNoUserland,
} from '../contracts/file-userlands.ts';
import { openRemote } from '../contracts/fs-bridges.ts';

const hasEvents = spawnSync('inotifywait', ['--help']).error === undefined;
const missing = whyNoUserland(USERLANDS.python3) ?? (hasEvents ? undefined : 'inotifywait not installed');
if (missing !== undefined) process.stderr.write(`${missing}: the sandbox’s events are not tried\n`);

describe.skipIf(missing !== undefined && process.env.CI !== 'true')('watching by inotifywait', () => {
  let userland: FileUserland;
  let opened: FsBridgeSubject;
  let hints: AsyncIterator<BridgePath>;

  beforeEach(async () => {
    userland = makeFileUserland(USERLANDS.python3);
    opened = await openRemote(userland);
    fs.mkdirSync(real('dir'));
    hints = watch();
  });
  afterEach(async () => {
    await hints.return?.();
    await opened[Symbol.asyncDispose]();
    userland[Symbol.dispose]();
  });

  const real = (name: string) => path.join(opened.world.main.sandbox, name);
  const watch = () => {
    const { subject, world } = opened;
    invariant(subject.watch !== undefined, 'the bridge watches');
    return subject.watch({ mount: world.main, path: parseRelPath('dir') })[Symbol.asyncIterator]();
  };
  const next = async () => (await hints.next()).value?.path as string;
  /** Puts another program in the place of the sandbox's. */
  const replaceEvents = (script: string) => {
    const program = path.join(userland.directory, 'inotifywait');
    fs.rmSync(program);
    fs.writeFileSync(
      program,
      `#!/bin/sh\n[ "$1" != --help ] || { echo --no-newline; exit 0; }\n${script}\n`,
      { mode: 0o755 },
    );
  };

  test('walks are compared once it has ended', async () => {
    replaceEvents(
      `echo 'Watches established.' >&2; for dir; do :; done; printf 'CREATE:%s/told\\0' "$dir"; exit 1`,
    );
    expect([await next(), await next(), await next()]).toEqual(['dir', 'dir/told', 'dir']);
    fs.writeFileSync(real('dir/new'), '');
    expect(await next()).toEqual('dir/new');
  });

  test.each([
    ['a name without an end', `tr '\\0' x </dev/zero`],
    ['names without an end', `exec 2>/dev/null; cat /dev/zero`],
    ['names that lead out, or are none', `printf '/x\\0A:/x/../a\\0:/etc/passwd\\0A:/x//b\\0A:/x/a\\0'`],
  ])('%s, and walks are compared in the end', async (_, said) => {
    replaceEvents(`echo 'Watches established.' >&2; ${said}`);
    expect([await next(), await next()]).toEqual(['dir', 'dir']);
    await hints.return?.();
    expect(fs.readdirSync(real('dir'))).toEqual([]);
  });
});
