import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { quoteWord } from '@clamshell/core';

import type { SshConnection } from './gateway-local-ssh-client.ts';
import { type Backend, type Caller, openWorld, whyNot, type World } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NODE = '/opt/clamshell/bin/node';

/** Asks the proxy for `$1`, then that for a page; prints the proxy's answer, and the page's last line. */
const ASK = `
const [, where] = process.argv;
const socket = require('net').connect(3128, '127.0.0.1');
const get = 'GET / HTTP/1.0\\r\\n\\r\\n';
let said = '';
socket.write('CONNECT ' + where + ' HTTP/1.1\\r\\nHost: ' + where + '\\r\\n\\r\\n');
socket.on('data', (data) => {
  if (said === '' && String(data).startsWith('HTTP/1.1 200')) socket.write(get);
  said += data;
});
socket.on('error', (error) => console.log(error.code));
socket.on('close', () => said && console.log(said.split(' ')[1], said.trim().split('\\n').at(-1)));`;

/** Lets a shell speak on a connection that Node has opened, and would not read from. */
const SHARE = `
const socket = require('net').connect(3128, '127.0.0.1', () => {
  const ask = 'printf "CONNECT ' + process.argv[1] + ' HTTP/1.1\\\\r\\\\n\\\\r\\\\n" >&3';
  const hear = 'until head -c 12 <&3 2>/dev/null | grep .; do sleep 0.05; done';
  require('child_process').spawn('sh', ['-c', ask + '; ' + hear], { stdio: ['ignore', 'inherit', 'inherit', socket] })
    .on('exit', () => process.exit());
}).pause();`;

for (const [backend, caller] of [
  ['bwrap', 'self'],
  ['unshare', 'ordinary user'],
] as const satisfies readonly (readonly [Backend, Caller])[]) {
  const reason = await whyNot(backend, caller);
  describe.skipIf(reason !== undefined)(`policies by ${backend}, started by ${caller}`, () =>
    policies(backend, caller),
  );
}

function policies(backend: Backend, caller: Caller): void {
  let world: World;
  let ssh: SshConnection;
  const servers: Server[] = [];
  const [named, unnamed, internal] = [0, 1, 2];
  const portOf = (index: number) => (servers[index]?.address() as AddressInfo | undefined)?.port ?? 0;
  const create = async (name: string, policy: string) => {
    const file = path.join(world.home, `${name}.yaml`);
    writeFileSync(file, policy, { mode: 0o644 });
    await world.must('sandbox', 'create', '--name', name, '--policy', file);
    return world.connect(name);
  };
  const ask = (where: string, node = NODE) => ssh.text(`${node} -e ${quoteWord(ASK)} ${where}`);

  beforeAll(async () => {
    world = await openWorld({ backend, caller });
    for (let count = 0; count < 3; count += 1) {
      const server = createHttpServer((_, response) => response.end('a page of the host'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      servers.push(server);
    }
    ssh = await create(
      'network',
      `
version: 1
filesystem_policy: { include_workdir: true, read_only: [/usr, /lib, /proc, /dev/urandom, /app, /etc, /var/log], read_write: [/tmp, /dev/null] }
landlock: { compatibility: best_effort }
process: { run_as_user: sandbox, run_as_group: sandbox }
network_policies:
  page:
    name: page
    endpoints: [{ host: localhost, port: ${portOf(named)}, allowed_ips: [127.0.0.0/8, '::1'] }]
    binaries: [{ path: ${NODE} }]
  inside:
    name: inside
    endpoints: [{ host: localhost, ports: [${portOf(internal)}], protocol: tcp, enforcement: enforce }]
    binaries: [{ path: ${NODE} }]
`,
    );
  });
  afterAll(async () => {
    ssh?.[Symbol.dispose]();
    await world?.[Symbol.asyncDispose]();
    for (const server of servers) server.close();
  });

  test('what the policy names is reached, through a tunnel and by a whole URL (§2.5, §6)', async () => {
    expect(await ask(`localhost:${portOf(named)}`)).toBe('200 a page of the host');
    const fetching = `fetch('http://localhost:${portOf(named)}/').then((r) => r.text()).then(console.log)`;
    expect(await ssh.text(`NO_PROXY= no_proxy= ${NODE} -e ${quoteWord(fetching)}`)).toBe(
      'a page of the host',
    );
  });

  test.each([
    ['another port', () => `localhost:${portOf(unnamed)}`],
    ['another name of the same place', () => `127.0.0.1:${portOf(named)}`],
    ['another host, which is not even looked up', () => 'nowhere.invalid:443'],
    ['an internal address that the policy does not write down', () => `localhost:${portOf(internal)}`],
  ])('%s is refused (§6)', async (_, where) => {
    expect(await ask(where())).toMatch(/^403 .* is not allowed by the sandbox's policy$/);
  });

  const request = () => `CONNECT localhost:${portOf(named)} HTTP/1.1\\r\\n\\r\\n`;
  test.each([
    [
      'a program that the policy does not name',
      () => `exec 3<>/dev/tcp/127.0.0.1/3128; printf '${request()}' >&3; head -c 12 <&3`,
    ],
    [
      'a copy of one that it names',
      () => `cp ${NODE} copy && ./copy -e ${quoteWord(ASK)} localhost:${portOf(named)} | head -c 3`,
    ],
    [
      'one that is mounted over one that it names',
      () =>
        `cp ${NODE} copy && unshare -Urm sh -c 'mount --bind copy ${NODE} && exec ${NODE} "$@"' sh -e ${quoteWord(ASK)} localhost:${portOf(named)} | head -c 3`,
    ],
    [
      'one that shares the connection of one that it names',
      () => `${NODE} -e ${quoteWord(SHARE)} localhost:${portOf(named)}`,
    ],
  ])('%s is refused (§6)', async (_, command) => {
    expect(await ssh.text(command())).toMatch(/^(?:HTTP\/1\.1 )?403$/);
  });

  test('there is no way around the proxy: no route, no names', async () => {
    const failed = (attempt: string) => `(${attempt}) >/dev/null 2>&1 && echo went || echo failed`;
    expect(await ssh.text(failed('getent hosts example.com'))).toBe('failed');
    expect(await ssh.text(failed('echo >/dev/udp/9.9.9.9/53'))).toBe('failed');
    expect(await ssh.text(failed(`echo >/dev/tcp/127.0.0.1/${portOf(named)}`))).toBe('failed');
  });

  test('nonsense does not end the proxy, and its log has each decision (§1.2)', async () => {
    await ssh.text(
      'for i in 1 2 3; do head -c 100000 /dev/urandom >/dev/tcp/127.0.0.1/3128; done 2>/dev/null',
    );
    expect(await ask(`localhost:${portOf(named)}`)).toBe('200 a page of the host');
    const log = await world.must('logs', 'network', '--source', 'sandbox');
    expect(log).toContain(`INFO sandbox allowed localhost:${portOf(named)}`);
    expect(log).toContain('WARN sandbox denied nowhere.invalid:443: no policy names it');
    expect(log).toContain(`WARN sandbox denied localhost:${portOf(named)}: not for this program`);
  });

  test('without its proxy the network is closed; start brings it back, delete leaves none', async () => {
    const first = egressOf(world);
    expect(isProxy(first)).toBe(true);
    process.kill(first, 'SIGKILL');
    await expect.poll(() => isProxy(first)).toBe(false);
    expect(await ask(`localhost:${portOf(named)}`)).toBe('ECONNREFUSED');
    await world.must('sandbox', 'stop', 'network');
    await world.must('sandbox', 'start', 'network');
    ssh = await world.connect('network');
    expect(await ask(`localhost:${portOf(named)}`)).toBe('200 a page of the host');
    const second = egressOf(world);
    await world.must('sandbox', 'delete', 'network');
    expect(isProxy(second)).toBe(false);
  });

  test('what a policy lists as writable can be written and is kept, what it does not can’t (§6)', async () => {
    const policy = `
version: 1
filesystem_policy: { include_workdir: false, read_only: [/, /sandbox], read_write: [/agent, /agent/below, /var/lib/tool] }
`;
    using files = await create('files', policy);
    const attempt = (target: string) => `(echo x >${target}) 2>/dev/null && echo written || echo refused`;
    const places = ['/agent/a', '/var/lib/tool/b', '/sandbox/c', '/tmp/d', '/dev/shm/e', '/var/lib/f', '/g'];
    const expected = ['written', 'written', ...Array.from({ length: 5 }, () => 'refused')];
    expect((await files.text(places.map(attempt).join('; '))).split('\n')).toEqual(expected);
    await world.must('sandbox', 'stop', 'files');
    await world.must('sandbox', 'start', 'files');
    using again = await world.connect('files');
    expect(await again.text('cat /agent/a /var/lib/tool/b; stat -c %a /agent')).toBe('x\nx\n755');
    expect(await again.text("grep -c ' /agent rw,nosuid,nodev' /proc/self/mountinfo")).toBe('1');
  });
}

/** The number of the sandbox's proxy, as it is written down. */
function egressOf(world: World): number {
  return (world.recordOf('network').stage as { readonly egress?: { readonly pid: number } }).egress?.pid ?? 0;
}

function isProxy(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('egress-proxy');
  } catch {
    return false;
  }
}
