import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { World } from './mirror-world.ts';

describe('state', () => {
  const baseFile = (world: World): string => {
    const [key = ''] = fs.readdirSync(world.state);
    return path.join(world.state, key, 'base.jsonl');
  };

  test('that is damaged stops the sync with a hint and is not taken for none', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.appendFileSync(baseFile(world), 'garbage');
    await expect(world.sync()).rejects.toMatchObject({
      code: 'STATE_INVALID',
      hint: expect.stringContaining('aside'),
    });
    fs.rmSync(baseFile(world));
    expect(await world.sync(), 'without one nothing moves: both sides are equal').toMatchObject({
      pushed: { files: 0 },
    });
  });

  test('is one for two spellings of a workspace', async () => {
    using world = new World();
    world.write('host', 'a', '1');
    await world.sync();
    fs.renameSync(world.host, `${world.host}-real`);
    fs.symlinkSync(`${world.host}-real`, world.host);
    await world.sync();
    fs.rmSync(world.host);
    fs.renameSync(`${world.host}-real`, world.host);
    await world.sync();
    expect(fs.readdirSync(world.state)).toHaveLength(2);
  });
});

describe('a sandbox without', () => {
  test.each(['xargs', 'tar', 'sha256sum'])('%s is told so, and nothing is changed', async (tool) => {
    using world = new World();
    const bin = path.join(world.top, 'bin');
    fs.mkdirSync(bin);
    for (const name of ['sh', 'find', 'xargs', 'stat', 'sha256sum', 'tar', 'cp', 'mv', 'ln', 'cat', 'date']) {
      const place = spawnSync('sh', ['-c', 'command -v "$1"', '_', name], { encoding: 'utf8' }).stdout.trim();
      if (name !== tool) fs.symlinkSync(place, path.join(bin, name));
    }
    world.write('host', 'a', '1');
    const sync = world.mirror({ path: bin }).sync();
    await expect(sync).rejects.toMatchObject({
      code: 'SANDBOX_UNFIT',
      message: expect.stringContaining(tool),
    });
    expect(fs.readdirSync(world.sandbox)).toEqual([]);
  });
});

describe('a sandbox of a user without rights', () => {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot) process.stderr.write('not root: a sandbox of another user is not tried\n');

  test.skipIf(!isRoot)('whose directory can’t be read keeps it, on both sides, and says so', async () => {
    using world = new World({ uid: 65534 });
    fs.chmodSync(world.top, 0o755);
    world.write('host', 'closed/x', '1');
    world.write('host', 'open/x', '1');
    await world.sync();
    expect(fs.statSync(world.at('sandbox', 'closed/x')).uid).toBe(65534);
    fs.chownSync(world.at('sandbox', 'closed'), 0, 0);
    fs.chmodSync(world.at('sandbox', 'closed'), 0o700);
    world.write('host', 'open/x', '2');
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'closed', reason: expect.stringContaining('could not be read') }]);
    expect(world.read('host', 'closed/x')).toBe('1');
    expect(world.read('sandbox', 'open/x')).toBe('2');
  });

  test.skipIf(!isRoot)('whose file can’t be read or replaced leaves it, and moves the rest', async () => {
    using world = new World({ uid: 65534 });
    world.write('host', 'a', '1');
    world.write('host', 'b', '1');
    await world.sync();
    world.write('sandbox', 'b', 'theirs');
    fs.chownSync(world.at('sandbox', 'b'), 0, 0);
    fs.chmodSync(world.at('sandbox', 'b'), 0o600);
    world.write('sandbox', 'a', '2');
    fs.chownSync(world.at('sandbox', 'a'), 65534, 65534);
    const { problems } = await world.sync();
    expect(problems).toEqual([{ path: 'b', reason: expect.any(String) }]);
    expect(world.snapshot('host')).toEqual({ a: 'file: 2', b: 'file: 1' });
  });
});
