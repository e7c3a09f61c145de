import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { openShellLocalCommand } from '@clamshell/gateway-local';

import { openWorld } from './gateway-local-world.ts';

const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

const NOT_FOUND = `Error: code: 'Some requested entity was not found', message: "sandbox not found"`;

test('--version names the contract that is spoken', async () => {
  expect(await world.must('--version')).toMatch(/^openshell 0\.0\.111\b.*\n$/);
});

test('--help says what there is, and is no error', async () => {
  expect(await world.must('sandbox', '--help')).toMatch(/create[\s\S]*get[\s\S]*list[\s\S]*ssh-config/);
});

test.concurrent.each([
  ['an unknown command', ['sandbox', 'frobnicate']],
  ['an unknown option', ['sandbox', 'list', '--frobnicate']],
  ['a missing name', ['sandbox', 'get']],
  ['a name too many', ['sandbox', 'get', 'a', 'b']],
  ['an output format there is not', ['sandbox', 'list', '-o', 'xml']],
  ['a count that is no number', ['sandbox', 'list', '--limit', 'many']],
  ['JSON for a sandbox with a main process', ['sandbox', 'create', '-o', 'json', '--', 'true']],
  ['a command without --', ['sandbox', 'create', 'true']],
  ['a command where none goes', ['sandbox', 'list', '--', 'true']],
  ['nothing to delete', ['sandbox', 'delete']],
  ['no subcommand', ['sandbox']],
  ['a proxy without a name', ['ssh-proxy', '--gateway-name', 'local']],
])('%s is a usage error: 2, explained on stderr', async (_, args) => {
  const { code, stdout, stderr } = await world.run(args);
  expect({ code, stdout, said: stderr !== '' }).toEqual({ code: 2, stdout: '', said: true });
});

test.concurrent.each([
  ['a missing sandbox', ['sandbox', 'get', 'nope'], NOT_FOUND],
  ['a name that none can have', ['sandbox', 'get', '../../etc'], NOT_FOUND],
  ['stop of a missing one', ['sandbox', 'stop', 'nope'], NOT_FOUND],
  ['start of a missing one', ['sandbox', 'start', 'nope'], NOT_FOUND],
  ['delete of a missing one', ['sandbox', 'delete', 'nope'], NOT_FOUND],
  ['a proxy to a missing one', ['ssh-proxy', '--gateway-name', 'local', '--name', 'nope'], NOT_FOUND],
  ['a gateway that none can be', ['-g', '../x', 'sandbox', 'list'], "Error: Unknown gateway '../x'."],
  [
    'a workspace that none can be',
    ['--workspace', 'A', 'sandbox', 'list'],
    `message: "workspace 'A' not found"`,
  ],
  [
    'an endpoint',
    ['--gateway-endpoint', 'http://x', 'sandbox', 'list'],
    '--gateway-endpoint is not supported',
  ],
  ['a long name', ['sandbox', 'create', '--name', 'a'.repeat(27)], 'name exceeds maximum length (27 > 19)'],
  [
    'a name in capitals',
    ['sandbox', 'create', '--name', 'Abc'],
    'must contain only lowercase alphanumeric characters or hyphens',
  ],
  [
    'a name with a hyphen in front',
    ['sandbox', 'create', '--name=-a'],
    'must not start or end with a hyphen',
  ],
  [
    'a name with two hyphens',
    ['sandbox', 'create', '--name', 'a--b'],
    'must not contain consecutive hyphens',
  ],
  ['a label without a value', ['sandbox', 'create', '--label', 'a'], "invalid --label: 'a' is not KEY=VALUE"],
  ['a label that is none', ['sandbox', 'create', '--label', '-a=b'], "'-a' is not a label key"],
  ['a variable of OpenShell', ['sandbox', 'create', '--env', 'OPENSHELL_X=1'], "'OPENSHELL_X' is reserved"],
  [
    'a policy that is not there',
    ['sandbox', 'create', '--policy', '/nope.yaml'],
    "failed to read policy '/nope.yaml'",
  ],
])('%s is an error: 1, in the gateway’s words', async (_, args, words) => {
  const { code, stdout, stderr } = await world.run(args);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(words);
});

test.concurrent.each([
  ['--gpu'],
  ['--gpu=1'],
  ['--cpu=1'],
  ['--memory=1Gi'],
  ['--upload=a:b'],
  ['--provider=p'],
  ['--forward=80'],
  ['--editor=vscode'],
  ['--no-keep'],
  ['--tty'],
  ['--approval-mode=auto'],
  ['--driver-config-json={}'],
  ['--from=.'],
])('create %s is refused by name, for it can’t be had', async (flag) => {
  const { code, stderr } = await world.run(['sandbox', 'create', '--name', 'x', flag]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      new RegExp(`^Error: ${flag.split('=')[0]}(?: \\.)? is not supported by the local gateway`),
    ),
  });
});

const files = (rules: string, more = '') =>
  `version: 1\nfilesystem_policy: { read_only: [/usr, /etc, /proc${more}], ${rules} }`;
const endpoint = (rule: string, place = 'host: a, port: 1') =>
  `version: 1\nnetwork_policies: { a: { endpoints: [{ ${place}, ${rule} }], binaries: [{ path: /usr/bin/x }] } }`;

test.concurrent.each([
  ['a path that is not there', files('read_write: []', ', /data'), 'read_only.3: names a path'],
  ['a path of programs that can be written', files('read_write: [/usr/local]'), 'can’t be made writable'],
  ['everything writable', files('read_write: [/]'), 'can’t be made writable'],
  ['a path that climbs', files('read_write: [/agent/../etc]'), 'without ..'],
  ['a relative path', files('read_write: [agent]'), 'must be absolute'],
  ['no programs', 'version: 1\nfilesystem_policy: { read_only: [/etc, /proc] }', 'must have /usr'],
  ['no workspace', files('include_workdir: false'), 'commands start there'],
  ['another user', 'version: 1\nprocess: { run_as_user: "1001" }', 'run_as_user'],
  ['requests looked into', endpoint('protocol: rest'), 'only tcp is supported'],
  ['methods', endpoint('access: read-only'), 'only full is supported'],
  ['rules of requests', endpoint('rules: []'), 'rules are not supported'],
  ['rules against requests', endpoint('deny_rules: []'), 'deny_rules are not supported'],
  ['paths of requests', endpoint('path: /x'), 'path is not supported'],
  ['TLS that is opened', endpoint('tls: terminate'), 'tls is not supported'],
  ['rules that are only watched', endpoint('enforcement: audit'), 'only enforce is supported'],
  ['two kinds of ports', endpoint('ports: [80]'), 'needs port or ports'],
  ['a pattern of hosts', endpoint('port: 1', 'host: "*.org"'), 'patterns are not supported'],
  ['an endpoint’s unknown key', endpoint('frobnicate: 1'), 'frobnicate'],
  ['network middlewares', 'version: 1\nnetwork_middlewares: []', 'network_middlewares are not supported'],
  ['a network without programs', 'version: 1\nnetwork_policies: { a: { endpoints: [] } }', 'binaries'],
  ['another version', 'version: 2', 'version'],
  ['a field there is not', 'version: 1\nfrobnicate: true', 'frobnicate'],
  ['nothing', '', 'policy:'],
  ['no YAML', '{', 'failed to read policy'],
])('a policy with %s is refused with the reason', async (_, text, words) => {
  const file = path.join(world.home, `${randomUUID()}.yaml`);
  writeFileSync(file, text);
  const { code, stderr } = await world.run(['sandbox', 'create', '--name', 'x', '--policy', file]);
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(words) });
});

test('without NO_GRAPHICS an error is framed and wrapped at 80 columns', async () => {
  const { stderr } = await world.run(['sandbox', 'create', '--name=A'], { NO_GRAPHICS: '0' });
  expect(stderr).toBe(`Error:   × code: 'Client specified an invalid argument', message: "name must contain
  │ only lowercase alphanumeric characters or hyphens"
`);
});

test('global options are legal before and after the subcommand', async () => {
  expect(await world.must('-g', 'g', '--workspace', 'w', 'sandbox', 'list', '-o', 'json')).toBe('[]\n');
  expect(await world.must('sandbox', 'list', '-o', 'json', '--gateway=g', '--workspace=w', '-v')).toBe(
    '[]\n',
  );
  expect(await world.must('sb', 'list', '--names')).toBe('');
});

test('ssh-config prints exactly what the tool does, of a sandbox that need not be there', async () => {
  const proxy = openShellLocalCommand().join(' ');
  const expected = `Host openshell-demo.team
    User sandbox
    StrictHostKeyChecking no
    UserKnownHostsFile /dev/null
    GlobalKnownHostsFile /dev/null
    LogLevel ERROR
    ServerAliveInterval 15
    ServerAliveCountMax 3
    ProxyCommand ${proxy} ssh-proxy --gateway-name prod --name demo --workspace team
`;
  expect(await world.must('-g', 'prod', 'sandbox', 'ssh-config', 'demo', '--workspace', 'team')).toBe(
    expected,
  );
  const { stdout } = await world.run(['sandbox', 'ssh-config', 'demo'], {
    OPENSHELL_GATEWAY: 'prod',
    OPENSHELL_WORKSPACE: 'team',
  });
  expect(stdout).toBe(expected);
});

test('an isolation that is not known is refused', async () => {
  const create = ['sandbox', 'create', '--name', 'x'];
  for (const [word, reason] of [
    ['chroot', 'must be bwrap or unshare'],
    ['none', 'needs --insecure-no-isolation'],
  ] as const) {
    const { code, stderr } = await world.run(create, { OPENSHELL_LOCAL_ISOLATION: word });
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(reason) });
  }
  expect(await world.must('sandbox', 'list', '--names')).toBe('');
});
