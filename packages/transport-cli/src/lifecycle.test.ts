import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { parseSandboxName, type SandboxId } from '@clamshell/core';

import { gatewayOfScript } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');
const id = 'sb-1' as SandboxId;

/** Keeps one sandbox in `$1/item`; deleting it takes two more looks. Notes every call in `$1/calls`. */
const SCRIPT = `
dir=$1; shift 2
printf '%s\\n' "$*" >>"$dir/calls"
missing() { printf 'Error: status: NotFound, message: "sandbox not found"' >&2; exit 1; }
case "$1 $2" in
  'sandbox get')
    if [ -e "$dir/left" ]; then
      case $(wc -c <"$dir/left") in 0) rm "$dir/item" "$dir/left" ;; *) : >"$dir/left" ;; esac
    fi
    [ -e "$dir/item" ] || missing
    cat "$dir/item" ;;
  'sandbox create') printf '{"id":"sb-1","name":"demo","phase":"Provisioning","labels":{}}' >"$dir/item" ;;
  'sandbox delete') [ -e "$dir/item" ] || missing; printf x >"$dir/left" ;;
esac`;

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-cli-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const calls = async () => (await readFile(path.join(directory, 'calls'), 'utf8')).trim().split('\n');

test('create names everything and lets nothing be read as an option', async () => {
  const gateway = gatewayOfScript(SCRIPT, directory);
  const created = await gateway.create({
    name,
    from: '--gpu',
    policy: '/p.yaml',
    gpu: 2,
    providers: ['claude', '--tty'],
    autoProviders: true,
    labels: { a: 'b', c: 'd' },
  });
  expect(created).toMatchObject({ id, phase: 'provisioning' });
  expect((await calls())[0]).toBe(
    'sandbox create --name=demo --from=--gpu --policy=/p.yaml --gpu=2 --auto-providers --provider=claude ' +
      '--provider=--tty --label=a=b --label=c=d --detach -- sleep infinity',
  );
});

test('credentials reach the tool only where it may make providers of them', async () => {
  const script = 'printf "%s\n" "${CLAUDE_KEY-none} ${OTHER_KEY-none}" >>"$1/calls"; exit 1';
  const env = { PATH: process.env['PATH'], CLAUDE_KEY: 'k', OTHER_KEY: 'o' };
  const gateway = gatewayOfScript(script, directory, { env, credentialVariables: ['CLAUDE_KEY'] });
  for (const autoProviders of [true, false]) {
    await gateway.create({ name, labels: {}, autoProviders }).catch(() => {});
  }
  await gateway.inspect(name).catch(() => {});
  expect(await calls()).toEqual(['k none', 'none none', 'none none']);
});

test('a time limit of a call holds where its default is longer', async () => {
  const gateway = gatewayOfScript('sleep 1000', directory);
  const created = gateway.create({ name, labels: {} }, { timeoutMs: 100 });
  await expect(created).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

test('an endpoint without its gateway’s name is refused', () => {
  const gatewayEndpoint = 'https://g.example:8443';
  expect(() => gatewayOfScript('', directory, { gatewayEndpoint })).toThrow('needs the name of its gateway');
});

test('remove waits until the name is free', async () => {
  const gateway = gatewayOfScript(SCRIPT, directory);
  await gateway.create({ name, labels: {} });
  await gateway.remove({ name, id });
  await expect(gateway.inspect(name)).resolves.toEqual({ phase: 'absent' });
  expect((await calls()).filter((call) => call.startsWith('sandbox delete'))).toHaveLength(1);
});

test('removing what is missing succeeds without a delete', async () => {
  await gatewayOfScript(SCRIPT, directory).remove({ name, id });
  expect(await calls()).toEqual(['sandbox get demo -o json']);
});

test('another sandbox of the same name is not removed', async () => {
  await writeFile(path.join(directory, 'item'), '{"id":"sb-2","name":"demo","phase":"Ready"}');
  const gateway = gatewayOfScript(SCRIPT, directory);
  await expect(gateway.remove({ name, id })).rejects.toMatchObject({ code: 'SANDBOX_ID_CHANGED' });
  await expect(gateway.inspect(name)).resolves.toMatchObject({ id: 'sb-2' });
});
