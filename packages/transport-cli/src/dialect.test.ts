import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { gatewayOfScript } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');

/** Says `$CLAIMED` as its version, notes every call, and knows one sandbox in the forms of `get` and `list`. */
const tool = (claimed: string) => `
dir=$1; shift
printf '%s\\n' "$*" >>"$dir/calls"
item='{"id":"sb-1","name":"demo","phase":"Ready","labels":{}}'
case "$*" in
  --version) printf '%s\\n' '${claimed}' ;;
  *'sandbox get demo'*) printf '%s' "$item" ;;
  *'sandbox list'*) printf '[%s]' "$item" ;;
esac`;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-dialect-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const calls = async () => (await readFile(path.join(directory, 'calls'), 'utf8')).trim().split('\n');

function gatewayOfVersion(claimed: string, options = {}) {
  return gatewayOfScript(tool(claimed), directory, { version: undefined, ...options });
}

const CREATE = 'sandbox create --name=demo --no-auto-providers';
const DETACHED = '--detach -- sleep infinity';
const GET = 'sandbox get demo -o json';
const LIST = 'sandbox list -o json';

test.each([
  ['openshell 0.0.36', [`${CREATE} -- true`, LIST]],
  ['openshell 0.0.85', [`${CREATE} -- true`, LIST]],
  ['openshell 0.0.88', [`--workspace=default ${CREATE} -- true`, `--workspace=default ${LIST}`]],
  ['openshell 0.0.92', [`--workspace=default ${CREATE} -- true`, `--workspace=default ${GET}`]],
  ['openshell 0.0.110', [`--workspace=default ${CREATE} -- true`, `--workspace=default ${GET}`]],
  ['openshell 0.0.111', [`--workspace=default ${CREATE} ${DETACHED}`, `--workspace=default ${GET}`]],
  ['openshell 0.1.5-rc.1+g12', [`--workspace=default ${CREATE} ${DETACHED}`, `--workspace=default ${GET}`]],
  ['openshell 3.0.0', [`--workspace=default ${CREATE} ${DETACHED}`, `--workspace=default ${GET}`]],
])('%s is spoken to in its own form', async (version, spoken) => {
  await expect(gatewayOfVersion(version).create({ name, labels: {} })).resolves.toMatchObject({ id: 'sb-1' });
  expect(await calls()).toEqual(['--version', ...spoken]);
});

test.each([
  ['openshell 0.0.104', false],
  ['openshell 0.0.105', true],
])('%s can stop a sandbox: %s', async (version, canStop) => {
  const stopping = gatewayOfVersion(version).stop(name);
  if (canStop) await stopping;
  else await expect(stopping).rejects.toMatchObject({ code: 'GATEWAY_TOO_OLD' });
});

test('a workspace is refused where there are none, rather than left out', async () => {
  const gateway = gatewayOfVersion('openshell 0.0.85', { workspace: 'team' });
  await expect(gateway.list()).rejects.toMatchObject({ code: 'GATEWAY_TOO_OLD' });
  expect(await calls()).toEqual(['--version']);
});

test('the version is asked once, also by many calls at a time', async () => {
  const gateway = gatewayOfVersion('openshell 0.0.111');
  await Promise.all([gateway.inspect(name), gateway.list(), gateway.inspect(name)]);
  expect((await calls()).filter((call) => call === '--version')).toHaveLength(1);
});

test.each([
  ['openshell 0.1.5', 0],
  ['openshell 0.2.0', 1],
  ['openshell dev-1a2b', 1],
  ['', 1],
])('a version nobody has looked at is said, once: %s', async (version, times) => {
  const said: string[] = [];
  const logger = { debug: () => {}, info: () => {}, warn: (text: string) => said.push(text) };
  const gateway = gatewayOfVersion(version, { logger });
  await Promise.all([gateway.list(), gateway.list()]);
  await gateway.list();
  expect(said).toHaveLength(times);
});

test('a probe that failed is made again', async () => {
  const flaky = `
dir=$1; shift
if [ "$1" = --version ] && ! [ -e "$dir/asked" ]; then : >"$dir/asked"; exit 3; fi
case "$*" in --version) echo openshell 0.0.111 ;; *) echo '[]' ;; esac`;
  const gateway = gatewayOfScript(flaky, directory, { version: undefined });
  await expect(gateway.list()).rejects.toMatchObject({ code: 'GATEWAY_COMMAND_FAILED' });
  await expect(gateway.list()).resolves.toEqual([]);
});

test('an abort while the version is asked ends the call, not the probe of the others', async () => {
  const slow = `
dir=$1; shift
case "$*" in --version) while ! [ -e "$dir/go" ]; do sleep 0.05; done; echo openshell 0.0.111 ;; *) echo '[]' ;; esac`;
  const gateway = gatewayOfScript(slow, directory, { version: undefined });
  const controller = new AbortController();
  const aborted = gateway.list({ signal: controller.signal });
  const other = gateway.list();
  controller.abort('enough');
  await expect(aborted).rejects.toBe('enough');
  await gatewayOfScript(': >"$1/go"', directory).stop(name);
  await expect(other).resolves.toEqual([]);
});
