import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { displayPath, isClamshellError } from '@clamshell/core';

import { copyNaively } from './copy-naively.ts';
import { hostileRow } from './hostile-row.ts';
import { expectContained, plantCanaries } from './mirror-parent.ts';
import { World } from './mirror-world.ts';

hostileRow(42, 'names that are options', async () => {
  using world = new World();
  const marker = path.join(world.top, 'marker');
  const names = ['-rf', '--checkpoint=1', '--checkpoint-action=exec=touch marker', '~', 'file:', '-'];
  for (const name of names) world.write('sandbox', name, name);
  const naive = path.join(world.top, 'naive');
  fs.mkdirSync(naive);
  copyNaively(world.sandbox, naive);
  fs.rmSync(path.join(naive, '-rf'));
  spawnSync('sh', ['-c', 'tar -cf "$1" *', '_', path.join(world.top, 'x.tar')], { cwd: naive });
  expect(fs.existsSync(path.join(naive, 'marker')), 'a naive call of tar runs it').toBe(true);
  expect((await world.sync()).problems).toEqual([]);
  for (const name of names) world.write('host', name, `edited ${name}`);
  expect((await world.sync()).problems).toEqual([]);
  expect(world.snapshot('sandbox')).toEqual(world.snapshot('host'));
  expect([marker, world.at('sandbox', 'marker'), '/marker'].some((place) => fs.existsSync(place))).toBe(
    false,
  );
});

hostileRow(44, 'names that drive a terminal', async () => {
  using world = new World();
  const names = ['\u001b]52;c;ZXZpbA==\u0007', '\u001b[2J', 'txt\u202egpj.exe', '\u009b31m', 'a\nb'];
  for (const name of names) {
    world.write('sandbox', `${name}/hooks.json`, 'x');
    fs.symlinkSync('/etc', world.at('sandbox', `${name}-link`));
  }
  const raw = spawnSync('find', ['.', '-type', 'd', '-print'], {
    cwd: world.sandbox,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(raw.stdout.toString(), 'a naive listing shows them as they are').toContain('\u001b[2J');
  const { withheld, problems } = await world.sync();
  const shown = [...withheld, ...problems.map(({ path: at }) => at)].map(displayPath);
  expect(shown.length).toBeGreaterThanOrEqual(names.length);
  for (const text of [...shown, ...problems.map(({ reason }) => reason)])
    expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
  expect(world.snapshot('host')).toMatchObject({
    [Buffer.from(names[2] ?? '').toString('latin1')]: 'directory',
  });
});

hostileRow(47, 'paths that are longer than any path', async () => {
  using world = new World();
  world.write('sandbox', 'short', 'x');
  const dig =
    'i=0; while [ $i -lt 40 ]; do mkdir "$1" && cd -P "$1" || exit 1; i=$((i + 1)); done; echo x >end';
  const done = spawnSync('sh', ['-c', dig, '_', 'd'.repeat(200)], { cwd: world.sandbox });
  expect(done.status).toBe(0);
  const before = plantCanaries(world);
  const end = await world
    .mirror()
    .sync()
    .then(
      ({ status }) => status,
      (error: unknown) => isClamshellError(error) && error.code,
    );
  expect(['done', 'SYNC_REPLY_INVALID']).toContain(end);
  expectContained(world, before);
  spawnSync('rm', ['-rf', 'd'.repeat(200)], { cwd: world.sandbox });
  expect((await world.sync()).problems).toEqual([]);
  expect(world.read('host', 'short')).toBe('x');
});

hostileRow(48, 'names that Windows reserves are literal here', async () => {
  using world = new World();
  for (const name of ['CON', 'nul.txt', 'AUX', 'trailing.', 'space ', 'aa:b', 'back\\slash'])
    world.write('sandbox', name, name);
  expect((await world.sync()).problems).toEqual([]);
  expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
});

hostileRow(70, 'an edit whose size and time are as before', async () => {
  using world = new World();
  world.write('host', 'file', 'before');
  fs.utimesSync(world.at('host', 'file'), 1_600_000_000, 1_600_000_000);
  await world.sync();
  await world.sync();
  const { atimeMs, mtimeMs } = fs.statSync(world.at('sandbox', 'file'));
  world.write('sandbox', 'file', 'after!');
  fs.utimesSync(world.at('sandbox', 'file'), atimeMs / 1000, mtimeMs / 1000);
  const naive = spawnSync('rsync', ['-a', `${world.sandbox}/`, `${world.host}/`]);
  if (naive.status === 0)
    expect(world.read('host', 'file'), 'rsync looks at size and time alone').toBe('before');
  await world.sync();
  expect(world.read('host', 'file')).toBe('after!');
});

for (const requests of [false, true]) {
  hostileRow(76, `names and contents that look like our replies, requests: ${requests}`, async () => {
    using world = new World({ requests });
    const names = [
      'end 0',
      'torn',
      'records',
      'batch 1',
      'done',
      'touched',
      'unplaced',
      `\n${'0'.repeat(32)} 0\n`,
    ];
    for (const name of [...names, 'e f 644 1 1.5 1.5 2 42', 'clamshell-scan 1']) {
      world.write('sandbox', name, `\n${'a'.repeat(32)}\nclamshell-push 1\0done\0${name}\0end 0\0`);
      world.write('host', `from host ${name}`, `\0end 0\0${name}`);
    }
    for (let count = 0; count < 2; count += 1)
      expect(await world.sync()).toMatchObject({ problems: [], conflicts: [] });
    expect(world.snapshot('host')).toEqual(world.snapshot('sandbox'));
    expect(Object.keys(world.snapshot('host'))).toHaveLength(20);
  });
}

for (const skew of [-86_400, 86_400]) {
  hostileRow(95, `a sandbox whose clock is off by ${skew} s`, async () => {
    using world = new World();
    const bin = path.join(world.top, 'bin');
    fs.mkdirSync(bin);
    fs.writeFileSync(path.join(bin, 'date'), `#!/bin/sh\necho ${Math.floor(Date.now() / 1000) + skew}\n`, {
      mode: 0o755,
    });
    const mirror = world.mirror({ path: `${bin}:${process.env.PATH ?? ''}` });
    world.write('host', 'a', 'a 0');
    for (let round = 1; round <= 4; round += 1) {
      await mirror.sync();
      const half = round % 2 === 0 ? 'host' : 'sandbox';
      world.write(half, 'a', `a ${round}`);
      const shifted = Date.now() / 1000 + (half === 'sandbox' ? skew : 0);
      fs.utimesSync(world.at(half, 'a'), shifted, shifted);
      await mirror.sync();
      for (const each of ['host', 'sandbox'] as const) expect(world.read(each, 'a')).toBe(`a ${round}`);
    }
  });
}
