import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { inShell } from '../openclaw/in-shell.ts';
import { requireOpenClaw, VERSIONS } from '../openclaw/install.ts';
import { createWorld, type TurnConfig, type World } from '../openclaw/turn.ts';

const PLUGIN = path.resolve(import.meta.dirname, '../../apps/openclaw-plugin');
const DAYS_AGO = 9 * 24 * 3_600_000;
const config: TurnConfig = { plugin: { provider: 'local', mode: 'remote' } };

test('2026.9.6 lists, explains, recreates and prunes through the plugin; what only a sandbox held comes home', async (context) => {
  await using world = await createWorld(await requireOpenClaw('2026.9.6', context));
  await make(world, 'one.txt');
  const [row] = await listed(world);
  expect(row).toMatchObject({ backendId: 'openshell', running: true, image: 'openclaw', imageMatch: true });
  const explained = JSON.parse((await world.openclaw('sandbox', 'explain', '--json')).stdout) as Explained;
  expect(explained.sandbox.runtimeWorkdir).toBe('/sandbox');
  const recreated = await world.openclaw('sandbox', 'recreate', '--all', '--force');
  expect(recreated.stdout).toContain('Done: 1 removed, 0 failed');
  expect(await homeOf(world, 'one.txt')).toBe('one.txt\n');
  expect(await listed(world)).toEqual([]);
  expect(await inShell(world, 'openshell sandbox list --names')).toBe('');

  await make(world, 'two.txt');
  const [idle] = await listed(world);
  await backdate(world);
  await make(world, 'three.txt');
  const left = await listed(world);
  expect(left).toHaveLength(1);
  expect(left[0]?.containerName).not.toBe(idle?.containerName);
  expect(await homeOf(world, 'two.txt')).toBe('two.txt\n');
});

test('2026.9.6 runs from the packed tarball, unpacked or installed', async (context) => {
  await using world = await createWorld(await requireOpenClaw('2026.9.6', context));
  const tarball = await pack(world);
  await make(world, 'by-path.txt');
  const options = ['--force', '--accept-capabilities'];
  const both = await world.openclaw('plugins', 'install', tarball, ...options);
  expect(both.code).toBe(1);
  expect(both.stderr).toContain('global plugin will be overridden by config plugin');
  expect(await openshells(world)).toMatchObject([{ origin: 'config', status: 'loaded' }]);

  await world.turn([], { ...config, bundled: true });
  const unreviewed = await world.openclaw('plugins', 'install', tarball);
  expect(unreviewed.code).toBe(1);
  expect(unreviewed.stderr).toContain('rerun with --force');
  const installed = await world.openclaw('plugins', 'install', tarball, ...options);
  expect(installed.code, installed.stderr).toBe(0);
  await make(world, 'installed.txt', { ...config, bundled: true });
  expect(await openshells(world)).toMatchObject([{ origin: 'global', status: 'loaded' }]);
});

test('2026.3.22 runs its own copy for an installed one, and ours from load.paths', async (context) => {
  await using world = await createWorld(await requireOpenClaw('2026.3.22', context));
  const turn = await make(world, 'by-path.txt');
  expect(turn.stderr).toContain('bundled plugin will be overridden by config plugin');
  await world.turn([], { bundled: true });
  const installed = await world.openclaw('plugins', 'install', await pack(world));
  expect(installed.code).toBe(0);
  expect(await openshells(world)).toMatchObject([
    { origin: 'bundled', status: 'loaded' },
    { origin: 'global', status: 'disabled', error: 'overridden by bundled plugin' },
  ]);
});

test('2026.3.22 forgets sandboxes; clamshell prune finds them, brings them home and removes them', async (context) => {
  await using world = await createWorld(await requireOpenClaw('2026.3.22', context));
  await make(world, 'one.txt');
  const [row] = await listed(world);
  // It never asks the plugin.
  expect(row?.running).toBe(false);
  expect(await prune(world)).toEqual([]);
  const recreated = await world.openclaw('sandbox', 'recreate', '--all', '--force');
  expect(recreated.stdout).toContain('Done: 1 removed, 0 failed');
  expect(await inShell(world, 'openshell sandbox list --names')).toContain(row?.containerName);
  expect(await prune(world)).toEqual(['orphan']);
  expect(await prune(world, '--remove')).toEqual(['removed']);
  expect(await homeOf(world, 'one.txt')).toBe('one.txt\n');
  expect(await inShell(world, 'openshell sandbox list --names')).toBe('');
  expect(await prune(world)).toEqual([]);
});

test.for(VERSIONS)(
  '%s: what people send after the seed reaches a sandbox in mode remote',
  async (version, context) => {
    await using world = await createWorld(await requireOpenClaw(version, context));
    const inAgent = { ...config, sandbox: { scope: 'agent' } };
    await make(world, 'one.txt', inAgent);
    const inbound = path.join(world.workspace, 'media/inbound');
    await mkdir(inbound, { recursive: true });
    await writeFile(path.join(inbound, 'photo.txt'), 'smile');
    await writeFile(path.join(world.workspace, 'other.txt'), 'of the host');
    const look = { tool: 'exec', args: { command: 'cat media/inbound/photo.txt one.txt; ls' } };
    const turn = await world.turn(
      [{ tool: 'read', args: { path: 'media/inbound/photo.txt' } }, look, 'Done.'],
      inAgent,
    );
    expect(turn.results).toEqual(['smile', expect.stringContaining('smileone.txt')]);
    expect(turn.results[1]).not.toContain('other.txt');
  },
);

interface Row {
  readonly containerName: string;
  readonly running: boolean;
}

interface Explained {
  readonly sandbox: { readonly runtimeWorkdir: string };
}

interface Listed {
  readonly id: string;
}

interface Pruned {
  readonly sandboxes: readonly { readonly state: string }[];
}

/** A turn in a scope of its own whose command writes a file. */
async function make(world: World, name: string, how: TurnConfig = config) {
  const command = `echo ${name} >${name} && cat ${name}`;
  const turn = await world.turn([{ tool: 'exec', args: { command } }, 'Done.'], how);
  expect(turn.results).toEqual([expect.stringContaining(name)]);
  return turn;
}

async function listed(world: World): Promise<readonly Row[]> {
  const { stdout } = await world.openclaw('sandbox', 'list', '--json');
  return (JSON.parse(stdout) as { containers: readonly Row[] }).containers;
}

/** What `clamshell prune` says of each sandbox that OpenClaw has forgotten. */
async function prune(world: World, more = ''): Promise<readonly string[]> {
  const command = `clamshell prune --provider local --openclaw-state ../state --json ${more}`;
  const stdout = await inShell(world, `cd ~/workspace; CLAMSHELL_MODE=remote ${command}`);
  return (JSON.parse(stdout) as Pruned).sandboxes.map(({ state }) => state);
}

/** Every copy of the plugin that OpenClaw knows of. */
async function openshells(world: World): Promise<readonly Listed[]> {
  const { stdout } = await world.openclaw('plugins', 'list', '--json');
  const { plugins } = JSON.parse(stdout.slice(stdout.search(/^\{$/m))) as { plugins: readonly Listed[] };
  return plugins.filter(({ id }) => id === 'openshell');
}

function homeOf({ workspace }: World, name: string): Promise<string> {
  return readFile(path.join(workspace, name), 'utf8');
}

/** Every row of the registry becomes older than pruning allows. */
async function backdate({ home }: World): Promise<void> {
  const { DatabaseSync } = await import('node:sqlite');
  const registry = new DatabaseSync(path.join(home, 'state/state/openclaw.sqlite'));
  const then = Date.now() - DAYS_AGO;
  const times = `'$.createdAtMs', ${then}, '$.lastUsedAtMs', ${then}`;
  registry.exec(
    `update sandbox_registry_entries set created_at_ms = ${then}, last_used_at_ms = ${then}, entry_json = json_set(entry_json, ${times})`,
  );
  registry.close();
}

async function pack({ home }: World): Promise<string> {
  const args = ['pack', '--silent', '--pack-destination', home];
  const { stdout } = await promisify(execFile)('npm', args, { cwd: PLUGIN });
  return path.join(home, stdout.trim());
}
