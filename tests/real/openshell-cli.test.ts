import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, test, vi } from 'vitest';

import { parseSandboxName, type SandboxId } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { createCliConnector, createCliGateway } from '@clamshell/transport-cli';

vi.setConfig({ testTimeout: 60_000 });

/** The released programs that `.ci/fetch-openshell` has put there; nothing listens where they are sent. */
const CACHE = path.join(
  process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache'),
  'clamshell/openshell',
);
const REPLIES = path.resolve(import.meta.dirname, '../../packages/transport-cli/test/replies');
const ENDPOINT = 'http://127.0.0.1:1';

const home = mkdtempSync(path.join(os.tmpdir(), 'clamshell-openshell-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Why a version can't be tried. CI says itself that it could not get them; otherwise a missing one is a failure there. */
function whyNot(version: string): string | undefined {
  if (existsSync(path.join(CACHE, version, 'openshell'))) return undefined;
  const reason = `openshell ${version} is not in ${CACHE}: run .ci/fetch-openshell`;
  if (process.env['CI'] === 'true' && process.env['CLAMSHELL_WITHOUT_OPENSHELL'] !== '1')
    throw new TypeError(reason);
  process.stderr.write(`skipped: ${reason}\n`);
  return reason;
}

const VERSIONS = ['0.0.85', '0.0.88', '0.0.111'] as const;
const HAS: Readonly<
  Record<string, { readonly workspaces: boolean; readonly json: boolean; readonly stop: boolean }>
> = {
  '0.0.85': { workspaces: false, json: false, stop: false },
  '0.0.88': { workspaces: true, json: false, stop: false },
  '0.0.111': { workspaces: true, json: true, stop: true },
};

describe.each(VERSIONS)('the real openshell %s, without a gateway', (version) => {
  const reason = whyNot(version);
  const program = path.join(CACHE, version, 'openshell');
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: path.join(home, 'config') };
  const options = {
    command: [program] as const,
    workspace: 'default',
    timeoutMs: 60_000,
    env,
    clock: systemClock,
  };
  const gateway = createCliGateway({ ...options, gateway: 'g', gatewayEndpoint: ENDPOINT });
  const name = parseSandboxName('demo');
  const has = HAS[version] ?? { workspaces: true, json: true, stop: true };
  const run = (...args: readonly string[]) =>
    spawnSync(program, args, {
      env: { ...env, NO_COLOR: '1', NO_GRAPHICS: '1' },
      encoding: 'utf8',
      input: '',
    });

  test.skipIf(reason)('says its version in the form that is read', () => {
    expect(run('--version').stdout).toBe(`openshell ${version}\n`);
  });

  test.skipIf(reason).each([
    ['list', () => gateway.list()],
    ['inspect', () => gateway.inspect(name)],
    [
      'create, with every option',
      () =>
        gateway.create({
          name,
          from: 'base',
          gpu: 1,
          providers: ['p', 'q'],
          autoProviders: true,
          labels: { 'clamshell.installation': 'x', b: 'c' },
        }),
    ],
    ['remove', () => gateway.remove({ name, id: 'x' as SandboxId })],
    [
      'connect',
      () => createCliConnector({ ...options, gateway: 'g', gatewayEndpoint: ENDPOINT }).connect(name),
    ],
  ] as const)('%s: the words are understood, and the gateway is out of reach', async (_, call) => {
    await expect(call()).rejects.toMatchObject({ code: 'GATEWAY_UNREACHABLE' });
  });

  test.skipIf(reason).each(['start', 'stop'] as const)(
    '%s is understood, or known to be missing',
    async (verb) => {
      const code = has.stop ? 'GATEWAY_UNREACHABLE' : 'GATEWAY_TOO_OLD';
      await expect(gateway[verb](name)).rejects.toMatchObject({ code });
    },
  );

  const globals = [
    '--gateway=g',
    `--gateway-endpoint=${ENDPOINT}`,
    ...(has.workspaces ? ['--workspace=default'] : []),
  ];
  test.skipIf(reason).each([
    ['exec', ['sandbox', 'exec', '--name=demo', '--no-tty', '--', 'sh', '-c', '-x', '--tty']],
    ['upload', ['sandbox', 'upload', 'demo', '.', '/sandbox/x', '--no-git-ignore']],
    ['download', ['sandbox', 'download', 'demo', '/sandbox/x', path.join(home, 'down')]],
    ['delete', ['sandbox', 'delete', 'demo']],
    ['logs', ['logs', 'demo', '-n', '200']],
  ])('%s: every word is accepted by its parser', (_, args) => {
    const { status, stderr } = run(...globals, ...args);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringMatching(/Connection refused/) });
  });

  test.skipIf(reason)('its SSH configuration is an endpoint, whose proxy takes our words too', async () => {
    const { proxyCommand, user } = await gateway.resolve(name);
    expect({ user, last: proxyCommand.slice(-2) }).toEqual({ user: 'sandbox', last: ['--server', ENDPOINT] });
    const words = proxyCommand.slice(proxyCommand.indexOf('ssh-proxy'));
    expect(run(...words)).toMatchObject({
      status: 1,
      stderr: expect.not.stringContaining('unexpected argument'),
    });
  });

  test.skipIf(reason).each([
    ['an unknown gateway', { gateway: 'nope' }, 'GATEWAY_UNREACHABLE'],
    ['no gateway', {}, 'GATEWAY_UNREACHABLE'],
    ['no certificates', { gateway: 'g', gatewayEndpoint: 'https://127.0.0.1:1' }, 'GATEWAY_UNAUTHORIZED'],
  ])('%s has a code of its own', async (_, more, code) => {
    await expect(createCliGateway({ ...options, ...more }).list()).rejects.toMatchObject({ code });
  });

  // Recorded with CLAMSHELL_RECORD=1; what transport-cli's own tests read must be what the program still says.
  test.skipIf(reason).each([
    ['version.out', ['--version']],
    ['ssh-config.out', [...globals, 'sandbox', 'ssh-config', 'demo']],
    ['list-unreachable.err', [...globals, 'sandbox', 'list', '-o', 'json']],
    ['create-unreachable.err', [...globals, 'sandbox', 'create', '--name=demo', '--no-auto-providers']],
    ['unknown-gateway.err', ['--gateway=nope', 'sandbox', 'list']],
    ['no-gateway.err', ['sandbox', 'list']],
    ['no-certificates.err', ['--gateway=g', '--gateway-endpoint=https://127.0.0.1:1', 'sandbox', 'list']],
    ['unknown-option.err', ['sandbox', 'list', '--frobnicate']],
  ])('%s is what is on record', (file, args) => {
    const { stdout, stderr } = run(...args);
    const said = (file.endsWith('.out') ? stdout : stderr)
      .replaceAll(home, '/home/someone')
      .replace(/(ProxyCommand )\S+/, '$1/usr/bin/openshell');
    const record = path.join(REPLIES, version, file);
    if (process.env['CLAMSHELL_RECORD'] === '1') {
      mkdirSync(path.dirname(record), { recursive: true });
      writeFileSync(record, said);
    }
    expect(said).toBe(readFileSync(record, 'utf8'));
  });
});
