import fs from 'node:fs';

import { expect } from 'vitest';

import { type BridgePath, invariant } from '@clamshell/core';

import { failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

/** What happens below a directory, told as hints. */
export function checkWatch(rule: RuleTest<FsBridgeSubject>): void {
  rule(
    'a watch begins with its place, and tells what is made, changed and removed below it',
    async (opened) => {
      const { fs: bridge, at, real, given } = speakOf(opened);
      await given({ 'dir/sub/changed': 'x', 'dir/gone': 'x', link: '-> dir', beside: 'x' });
      invariant(bridge.watch !== undefined, 'the bridge watches');
      const abort = new AbortController();
      const hints = bridge.watch(at('link'), { signal: abort.signal })[Symbol.asyncIterator]();
      expect(await hints.next()).toEqual({ done: false, value: at('link') });
      fs.appendFileSync(real('dir/sub/changed'), 'y');
      fs.writeFileSync(real('dir/new\n\xff'), 'z');
      fs.rmSync(real('dir/gone'));
      fs.appendFileSync(real('beside'), 'y');
      const wanted = new Set(['link/sub/changed', 'link/new\n\xff', 'link/gone']);
      for (const told of await takeUntil(hints, wanted)) expect(told).toMatch(/^link/);
      const next = hints.next();
      abort.abort(new TypeError('seen enough'));
      await expect(next).rejects.toThrow('seen enough');
    },
  );

  rule('a watch goes on when its directory is removed and made anew', async (opened) => {
    const { fs: bridge, at, real, given } = speakOf(opened);
    await given({ 'dir/one': 'x' });
    invariant(bridge.watch !== undefined, 'the bridge watches');
    const hints = bridge.watch(at('dir'))[Symbol.asyncIterator]();
    await hints.next();
    fs.rmSync(real('dir'), { recursive: true });
    await takeUntil(hints, new Set(['dir/one']));
    fs.mkdirSync(real('dir'));
    fs.writeFileSync(real('dir/two'), 'x');
    await takeUntil(hints, new Set(['dir/two']));
    await hints.return?.();
  });

  rule('a watch refuses what list refuses', async (opened) => {
    const { fs: bridge, at, world, given } = speakOf(opened);
    await given({ file: 'x', out: `-> ${world.outside}` });
    const first = (name: string) => bridge.watch?.(at(name))[Symbol.asyncIterator]().next();
    await expect(first('nothing')).rejects.toMatchObject(failsWith('FILE_NOT_FOUND'));
    await expect(first('file')).rejects.toMatchObject(failsWith('FILE_KIND'));
    await expect(first('out')).rejects.toMatchObject(failsWith('PATH_ESCAPES'));
  });
}

/** A hint for all of it stands for each. */
async function takeUntil(hints: AsyncIterator<BridgePath>, wanted: Set<string>): Promise<readonly string[]> {
  const told: string[] = [];
  while (wanted.size > 0) {
    const { value, done } = await hints.next();
    invariant(done !== true, 'a watch does not end by itself');
    const path = String((value as BridgePath).path);
    told.push(path);
    for (const name of wanted) if (`${name}/`.startsWith(`${path}/`)) wanted.delete(name);
  }
  return told;
}
