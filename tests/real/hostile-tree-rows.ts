import fs from 'node:fs';
import path from 'node:path';

import { expect } from 'vitest';

import { copyNaively } from './copy-naively.ts';
import { hostileRow } from './hostile-row.ts';
import { commitAll, git, isGitMissing, tryGit } from './mirror-git-world.ts';
import { expectContained, plantCanaries } from './mirror-parent.ts';
import { World } from './mirror-world.ts';

hostileRow(15, 'names of git and of links that differ in case only', async () => {
  using world = new World();
  fs.symlinkSync('.git', world.at('sandbox', 'Dir'));
  for (const name of ['dir/hooks/x', '.GIT/config', '.Git/hooks/post-checkout', 'sub/.gIT/info/attributes'])
    world.write('sandbox', name, 'evil');
  const before = plantCanaries(world);
  await world.sync();
  expectContained(world, before);
  expect(Object.keys(world.snapshot('host')).filter((name) => /git/i.test(name))).toEqual(
    expect.not.arrayContaining([expect.stringMatching(/config|hooks|info/)]),
  );
});

hostileRow(17, 'a hook that git on the host would run', async () => {
  if (isGitMissing) return;
  using world = new World();
  git(world, 'host', 'init', '--quiet', '--initial-branch=main');
  world.write('host', 'a', '1');
  commitAll(world, 'host', 'first');
  await world.sync();
  const marker = path.join(world.top, 'marker');
  world.write('sandbox', '.git/hooks/post-checkout', `#!/bin/sh\ntouch '${marker}'\n`);
  fs.chmodSync(world.at('sandbox', '.git/hooks/post-checkout'), 0o755);
  fs.appendFileSync(world.at('sandbox', '.git/config'), `[core]\n\tfsmonitor = touch '${marker}'; false\n`);
  const naive = path.join(world.top, 'naive');
  fs.mkdirSync(naive);
  copyNaively(world.sandbox, naive);
  tryGit(world, 'host', '-C', naive, 'status');
  expect(fs.existsSync(marker), 'it runs in a naive copy').toBe(true);
  fs.rmSync(marker);
  const { withheld } = await world.sync();
  expect(withheld).toEqual(expect.arrayContaining(['.git/config', '.git/hooks/post-checkout']));
  git(world, 'host', 'status');
  git(world, 'host', 'checkout', '--quiet', '-b', 'other');
  expect(fs.existsSync(marker)).toBe(false);
});

hostileRow(22, 'start-up files of shells, editors and agents', async () => {
  using world = new World();
  const names = [
    '.bashrc',
    '.profile',
    '.npmrc',
    '.envrc',
    '.mcp.json',
    '.vscode/tasks.json',
    '.claude/x',
    '.codex/x',
  ];
  for (const name of [...names, 'hooks/x', 'sub/.envrc']) world.write('sandbox', name, 'evil');
  const naive = path.join(world.top, 'naive');
  fs.mkdirSync(naive);
  copyNaively(world.sandbox, naive);
  expect(fs.existsSync(path.join(naive, '.envrc')), 'they come with a naive copy').toBe(true);
  await world.sync();
  expect(world.contents('host')).toEqual([]);
});

hostileRow(24, 'link targets that are long, absolute or upwards', async () => {
  using world = new World();
  for (const [index, target] of [
    'x'.repeat(4000),
    '/etc/passwd',
    '../canary',
    'a/../../canary',
    '..',
  ].entries())
    fs.symlinkSync(target, world.at('sandbox', `link${index}`));
  const before = plantCanaries(world);
  expect((await world.sync()).withheld).toEqual(['link1', 'link2', 'link3', 'link4']);
  expectContained(world, before);
});

hostileRow(30, 'a link of the workspace to the host’s keys', async () => {
  using world = new World();
  plantCanaries(world);
  fs.symlinkSync('../beside/deep', world.at('host', 'keys'));
  const naive = path.join(world.top, 'naive');
  fs.mkdirSync(naive);
  copyNaively(world.host, naive, '-L');
  expect(fs.readFileSync(path.join(naive, 'keys/key'), 'utf8'), 'a naive copy takes them along').toContain(
    'secret',
  );
  await world.sync();
  expect(world.snapshot('sandbox')).toEqual({ keys: 'link to ../beside/deep' });
  expect(fs.readdirSync(world.sandbox, { recursive: true }).join()).not.toContain('key/');
});

hostileRow(39, 'a sandbox that wants what is not its own: nothing else is ever sent', async () => {
  const secrets = ['secret of the host', 'left alone', 'of another mirror'];
  using world = new World({}, { exclude: ['*.private'] });
  plantCanaries(world);
  world.write('host', 'x.private', 'left alone');
  world.write('host', 'sub/.clamshell/undo/x', 'of another mirror');
  world.write('host', 'a', 'sent');
  for (const name of ['x.private', '../beside/deep/key', 'sub/.clamshell/undo/x'])
    fs.symlinkSync(name, world.at('sandbox', name.replaceAll('/', '_')));
  for (let count = 0; count < 2; count += 1) await world.sync();
  const arrived =
    Object.values(world.snapshot('sandbox')).join('\n') + JSON.stringify(world.undone('sandbox'));
  for (const secret of secrets) expect(arrived).not.toContain(secret);
  expect(arrived).toContain('sent');
});
