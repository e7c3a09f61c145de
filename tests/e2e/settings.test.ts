import { chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { type Bench, createBench, type World } from './clamshell.ts';

// Nothing here starts a sandbox: a call takes as long as Node does to start.
let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await rm(configFile(), { force: true });
});

const configFile = () => path.join(bench.workspace, 'clamshell.json');
const write = (content: unknown) =>
  writeFile(configFile(), typeof content === 'string' ? content : JSON.stringify(content));

async function show(args: readonly string[] = [], world?: World) {
  const { stdout } = await bench.clamshell(['config', 'show', '--json', ...args], '', world);
  return JSON.parse(stdout) as {
    ok: boolean;
    workspace: string;
    values: { key: string; value: unknown; origin: string }[];
  };
}

async function originOf(key: string, args: readonly string[] = [], world?: World) {
  const found = (await show(args, world)).values.find((each) => each.key === key);
  return [found?.value, found?.origin];
}

describe('a setting comes from the nearest place that names it', () => {
  const FILE = `{ // a comment
    "timeoutSeconds": 10,
    "profiles": { "ci": { "timeoutSeconds": 20 }, },
  }`;
  const env = { CLAMSHELL_TIMEOUT_SECONDS: '30' };
  test.each([
    ['the default', '{}', [], {}, [120, 'default']],
    ['the file over the default', FILE, [], {}, [10, 'clamshell.json']],
    ['the profile over the file', FILE, ['--profile', 'ci'], {}, [20, 'profile ci']],
    ['a variable over the profile', FILE, ['--profile', 'ci'], { env }, [30, 'CLAMSHELL_TIMEOUT_SECONDS']],
    ['a flag over a variable', FILE, ['--timeout', '40'], { env }, [40, '--timeout']],
  ])('%s', async (_rule, file, args, world, expected) => {
    await write(file);
    expect(await originOf('timeoutSeconds', args, world)).toEqual(expected);
  });

  test.each([
    ['mirror.exclude', 'CLAMSHELL_MIRROR_EXCLUDE', 'dist/,*.o', ['dist/', '*.o']],
    ['mirror.undo.keepRuns', 'CLAMSHELL_MIRROR_UNDO_KEEP_RUNS', '3', 3],
    ['autoProviders', 'CLAMSHELL_AUTO_PROVIDERS', 'false', false],
  ])('%s is read from %s=%s', async (key, name, text, value) => {
    expect(await originOf(key, [], { env: { [name]: text } })).toEqual([value, name]);
  });

  test('without a word the provider is openshell where a gateway is active, else local', async () => {
    const none = { env: { OPENSHELL_SYSTEM_GATEWAY_DIR: bench.state, XDG_CONFIG_HOME: bench.state } };
    expect(await originOf('provider', [], none)).toEqual(['local', 'no gateway is active']);
    const active = { env: { OPENSHELL_GATEWAY: 'remote' } };
    expect(await originOf('provider', [], active)).toEqual(['openshell', 'OPENSHELL_GATEWAY is remote']);
    expect(await originOf('provider', ['--provider', 'local'], active)).toEqual(['local', '--provider']);
  });
});

describe('what a clamshell.json may not do unseen', () => {
  test('choose what is executed: nothing runs until its very content is trusted', async () => {
    const marker = path.join(bench.state, 'executed');
    const evil = path.join(bench.workspace, 'evil.sh');
    await writeFile(evil, `#!/bin/sh\ntouch ${marker}\n`, { mode: 0o755 });
    await write({ provider: 'openshell', command: evil });
    const refused = await bench.clamshell(['run', '--', 'true']);
    expect(refused).toMatchObject({ code: 125, stdout: '' });
    expect(refused.stderr).toMatch(/\(command, provider\)[\s\S]*clamshell trust[\s\S]*CONFIG_UNTRUSTED/);
    await expect(stat(marker)).rejects.toThrow('ENOENT');

    const trusted = await bench.clamshell(['trust']);
    expect(trusted.stdout).toBe(
      `command = "${evil}"  (every profile)\nprovider = "openshell"  (every profile)\n`,
    );
    expect((await show()).values[0]).toMatchObject({ value: 'openshell', origin: 'clamshell.json' });

    await write({ provider: 'openshell', command: `${evil} ` });
    expect(await show()).toMatchObject({ ok: false, error: { code: 'CONFIG_UNTRUSTED' } });
    expect((await show(['--no-config'])).ok).toBe(true);
  });

  test('hide behind a profile or a prototype', async () => {
    await write({ profiles: { ci: { command: '/bin/true' } } });
    expect(await show()).toMatchObject({ ok: false, error: { code: 'CONFIG_UNTRUSTED' } });
    await write('{ "__proto__": { "command": "/bin/true" } }');
    expect(await show()).toMatchObject({ ok: false, error: { code: 'CONFIG_INVALID' } });
  });

  test('trust can be taken back', async () => {
    await write({ gateway: 'g' });
    await bench.clamshell(['trust']);
    expect((await show()).ok).toBe(true);
    expect((await bench.clamshell(['trust', '--revoke'])).stderr).toContain('no longer trusted');
    expect((await show()).ok).toBe(false);
  });
});

describe('the workspace', () => {
  test('is the nearest directory upwards with a clamshell.json', async () => {
    const below = path.join(bench.workspace, 'a', 'b');
    await mkdir(below, { recursive: true });
    expect((await show([], { cwd: below })).workspace).toBe(below);
    await write('{}');
    expect((await show([], { cwd: below })).workspace).toBe(bench.workspace);
    expect((await show(['-C', below], { cwd: '/' })).workspace).toBe(bench.workspace);
  });

  test.runIf(process.getuid?.() === 0)('is not chosen by another user’s file', async () => {
    await write('{ "timeoutSeconds": 7 }');
    await chown(configFile(), 65_534, 65_534);
    expect(await originOf('timeoutSeconds')).toEqual([120, 'default']);
  });

  test('is never the home directory, nor what holds it', async () => {
    const inside = path.join(bench.workspace, 'home');
    await mkdir(inside, { recursive: true });
    for (const HOME of [bench.workspace, inside]) {
      const refused = await bench.clamshell(['status'], '', { env: { HOME } });
      expect([refused.code, refused.stderr]).toEqual([125, expect.stringContaining('your home directory')]);
    }
    const listed = await bench.clamshell(['ls'], '', { env: { HOME: bench.workspace } });
    expect([listed.code, listed.stdout], 'what touches no workspace').toEqual([0, '']);
  });
});

describe('clamshell init and config validate', () => {
  test('init writes what the flags say, trusted, and never over a file', async () => {
    expect((await bench.clamshell(['init', '--provider', 'local', '--timeout', '9'])).code).toBe(0);
    expect(await originOf('provider')).toEqual(['local', 'clamshell.json']);
    const again = await bench.clamshell(['init']);
    expect([again.code, again.stderr]).toEqual([125, expect.stringContaining('FILE_EXISTS')]);
  });

  test.each([
    ['{ "timeoutSeconds": 1, }', 0, 'is valid, with the profiles default'],
    ['{ "gateway": "g" }', 0, 'before it counts, trust it'],
    ['{ "timeoutSeconds": 1\n "x": 2 }', 125, 'clamshell.json:2:2: CommaExpected'],
    ['{ "profiles": { "ci": { "timeoutSeconds": 0 } } }', 125, 'profile ci: timeoutSeconds must be'],
    ['{ "mirror": { "exclude": ["dist/"] } }', 0, 'is valid'],
    ['{ "mirror": 1 }', 125, 'mirror must be an object'],
    ['{ "mirror.exclude": [] }', 125, 'unknown config key: mirror.exclude'],
    ['{ "colour": 1 }', 125, 'unknown config key: colour'],
    ['[]', 125, 'expected an object'],
  ])('validate on %s ends with %i and says: %s', async (content, code, words) => {
    await write(content);
    const ended = await bench.clamshell(['config', 'validate']);
    expect([ended.code, ended.stderr]).toEqual([code, expect.stringContaining(words)]);
  });
});
