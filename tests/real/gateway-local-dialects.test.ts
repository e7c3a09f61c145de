import { readFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, expect, test, vi } from 'vitest';

import { connectThrough } from './gateway-local-ssh-client.ts';
import { openWorld, whyNot } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isUnavailable =
  (await whyNot('bwrap', 'self')) !== undefined && (await whyNot('unshare', 'self')) !== undefined;
const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

const spoken = (version: string, ...args: readonly string[]) =>
  world.run(args, { OPENSHELL_LOCAL_DIALECT: version });

const ALL = ['0.0.85', '0.0.88', '0.0.111', '0.1.5'] as const;

test.each(ALL)('%s says its version', async (version) => {
  expect((await spoken(version, '--version')).stdout).toMatch(`openshell ${version} `);
});

test('a version there is no dialect of is refused', async () => {
  const { code, stderr } = await spoken('0.0.9', 'sandbox', 'list');
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('0.0.85, 0.0.88, 0.0.111, 0.1.5'),
  });
});

// As the released programs answer, each tried.
test.each([
  ['--workspace', ['sandbox', 'list', '--workspace', 'w'], [2, 0, 0, 0]],
  ['a machine’s form of get', ['sandbox', 'get', 'nope', '-o', 'json'], [2, 2, 1, 1]],
  ['a machine’s form of status', ['status', '-o', 'json'], [2, 2, 0, 0]],
  ['stop', ['sandbox', 'stop', 'nope'], [2, 2, 1, 1]],
  ['a detached main process', ['sandbox', 'create', '--name', 'A', '--detach', '--', 'true'], [2, 2, 1, 1]],
  ['a page by its offset', ['sandbox', 'list', '--limit', '1', '--offset', '1'], [0, 0, 0, 2]],
  ['a page by its token', ['sandbox', 'list', '--page-size', '1', '--page-token', ''], [2, 2, 2, 1]],
])('%s is there since its version', async (_, args, statuses) => {
  const ended = await Promise.all(ALL.map((version) => spoken(version, ...args)));
  expect(ended.map(({ code }) => code)).toEqual(statuses);
});

test('an alias has its workspace since 0.0.88 (§2.1)', async () => {
  const hosts = ALL.map(
    async (version) => (await spoken(version, 'sandbox', 'ssh-config', 'x')).stdout.split('\n')[0],
  );
  const named = 'Host openshell-x.default';
  expect(await Promise.all(hosts)).toEqual(['Host openshell-x', named, named, named]);
});

test('a status has its name in front in tonic 0.12, its text in 0.14 (§1.5)', async () => {
  expect((await spoken('0.0.85', 'sandbox', 'delete', 'nope')).stderr).toBe(
    'Error: status: NotFound, message: "sandbox not found", details: [], metadata: MetadataMap { headers: {} }\n' +
      '    Diagnostic severity: error\n',
  );
  expect((await spoken('0.1.5', 'sandbox', 'delete', 'nope')).stderr).toMatch(
    `Error: code: 'Some requested entity was not found', message: "sandbox not found"`,
  );
});

test.skipIf(isUnavailable)(
  'until 0.0.110 a command of create ran once, and the sandbox stays Ready (§1.7)',
  async () => {
    expect(
      await spoken('0.0.88', 'sandbox', 'create', '--name', 'once', '--', 'sh', '-c', 'echo ran; exit 3'),
    ).toMatchObject({ code: 3, stdout: expect.stringMatching(/\nran\n$/) as string });
    expect(JSON.parse(await world.must('sandbox', 'get', 'once', '-o', 'json'))).toMatchObject({
      phase: 'Ready',
    });
  },
);

test.skipIf(isUnavailable)('pages follow each other to the end, each sandbox once (§1.3)', async () => {
  const names = ['page-1', 'page-2', 'page-3'];
  for (const name of names) await world.must('sandbox', 'create', '--name', name, '--workspace', 'pages');
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const next = token === undefined ? [] : [`--page-token=${token}`];
    const args = ['sandbox', 'list', '--workspace', 'pages', '-o', 'json', '--page-size', '2', ...next];
    const page = JSON.parse((await spoken('0.1.5', ...args)).stdout);
    seen.push(...page.sandboxes.map(({ name }: { name: string }) => name));
    token = page.next_page_token;
  } while (token !== '');
  expect(seen).toEqual(names);
  await world.must('sandbox', 'delete', '--all', '--workspace', 'pages');
});

test.skipIf(isUnavailable)('an exec whose stream is cut is success until 0.1.0 (§1.4)', async () => {
  await world.must('sandbox', 'create', '--name', 'cut');
  const cut = ['sandbox', 'exec', '-n', 'cut', '--', 'sh', '-c', 'kill -9 -1'];
  expect(await spoken('0.0.111', ...cut)).toMatchObject({ code: 0 });
  await world.must('sandbox', 'start', 'cut');
  const { code, stderr } = await spoken('0.1.5', ...cut);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('exec relay closed before') });
});

test.skipIf(isUnavailable)(
  'a slow gateway shows its phases: Provisioning, Ready, Deleting, gone (§4)',
  async () => {
    const phase = async () => {
      const { code, stdout } = await world.run(['sandbox', 'get', 'slow', '-o', 'json']);
      return code === 0 ? JSON.parse(stdout).phase : 'gone';
    };
    const creating = world.run(['sandbox', 'create', '--name', 'slow'], {
      OPENSHELL_LOCAL_START_DELAY_MS: '1500',
    });
    await expect.poll(phase, { timeout: 20_000, interval: 50 }).toBe('Provisioning');
    await creating;
    expect(await phase()).toBe('Ready');
    const deleted = await world.run(['sandbox', 'delete', 'slow'], {
      OPENSHELL_LOCAL_DELETE_DELAY_MS: '1500',
    });
    expect(deleted).toMatchObject({ code: 0, stdout: '✓ Deleted sandbox slow\n' });
    const taken = await world.run(['sandbox', 'create', '--name', 'slow'], {
      OPENSHELL_LIFECYCLE_TIMEOUT: '0.2',
    });
    expect(taken.code).toBe(1);
    await expect.poll(phase, { timeout: 20_000, interval: 50 }).toBe('gone');
  },
);

test.skipIf(isUnavailable)('a connection on which nothing moves is dropped (§2.3)', async () => {
  await world.must('sandbox', 'create', '--name', 'patient');
  const settings = path.join(world.directoryOf('patient'), 'lib/settings.json');
  expect(JSON.parse(readFileSync(settings, 'utf8'))).toMatchObject({ idleMs: 600_000 });
  await world.run(['sandbox', 'create', '--name', 'idle'], { OPENSHELL_LOCAL_IDLE_MS: '1500' });
  using ssh = await world.connect('idle');
  const closed = new Promise<void>((resolve) => ssh.client.once('close', () => resolve()));
  expect(await ssh.text('echo alive')).toBe('alive');
  await closed;
});

test.skipIf(isUnavailable)(
  'outputs come in pieces of 4 KiB where a dialect is asked for (§2.5)',
  async () => {
    await spoken('0.0.111', 'sandbox', 'create', '--name', 'pieces');
    const sizes: number[] = [];
    const debug = (line: string) => {
      const size = /CHANNEL_DATA \(r:\d+, (\d+)\)/.exec(line)?.[1];
      if (line.startsWith('Inbound') && size !== undefined) sizes.push(Number(size));
    };
    using ssh = await connectThrough(world.proxy('pieces'), { debug });
    await ssh.exec('head -c 100000 /dev/zero');
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(100_000);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096);
  },
);

test.skipIf(isUnavailable).each([
  ['0.0.111', 'exit 0', 'Error'],
  ['0.1.5', 'exit 3', 'Error'],
  ['0.1.5', 'exit 0', 'Completed'],
])('as %s a main process that ends by %s makes it %s (§1.7, #2884)', async (version, script, expected) => {
  const name = `end-${expected.toLowerCase().slice(0, 5)}-${version.replaceAll('.', '')}`;
  await spoken(version, 'sandbox', 'create', '--name', name, '--', 'sh', '-c', script);
  const phase = async () => JSON.parse(await world.must('sandbox', 'get', name, '-o', 'json')).phase;
  await expect.poll(phase, { timeout: 20_000, interval: 50 }).toBe(expected);
  const { code, stderr } = await world.run(['sandbox', 'exec', '-n', name, '--', 'true']);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`(phase: ${expected})`) });
});
