import fc from 'fast-check';
import { expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { createCliGateway } from './index.ts';
import { gatewayThatSays } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');
const clock = { now: () => 0, sleep: () => Promise.resolve() };
const PROXY = '/usr/bin/openshell ssh-proxy --gateway-name g --name demo --workspace default';

function printed(changes: Readonly<Record<string, string>> = {}, host = 'openshell-demo.default'): string {
  const options = {
    User: 'sandbox',
    StrictHostKeyChecking: 'no',
    UserKnownHostsFile: '/dev/null',
    GlobalKnownHostsFile: '/dev/null',
    LogLevel: 'ERROR',
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
    ProxyCommand: PROXY,
    ...changes,
  };
  return [`Host ${host}`, ...Object.entries(options).map(([key, value]) => `    ${key} ${value}`), ''].join(
    '\n',
  );
}

const resolve = (text: string) => gatewayThatSays({ stdout: text }).resolve(name);

test('the printed form is an endpoint', async () => {
  await expect(resolve(printed())).resolves.toEqual({
    proxyCommand: PROXY.split(' '),
    user: 'sandbox',
    hostKey: 'tunnel-trusted',
  });
});

test('the alias of older versions has no workspace', async () => {
  await expect(resolve(printed({}, 'openshell-demo'))).resolves.toMatchObject({ user: 'sandbox' });
});

test('an endpoint given by hand reaches the proxy', async () => {
  const command = ['sh', '-c', 'printf %s "$1"', 'fake', printed()] as const;
  const version = 'openshell 0.0.111';
  const options = { command, workspace: 'default', timeoutMs: 5000, env: process.env, version, clock };
  const gateway = createCliGateway({ ...options, gateway: 'g', gatewayEndpoint: 'https://g.example:8443' });
  const { proxyCommand } = await gateway.resolve(name);
  expect(proxyCommand.slice(-2)).toEqual(['--server', 'https://g.example:8443']);
});

test('any words in the tool’s quoting come back as they were', async () => {
  const word = fc.string({ unit: 'grapheme' }).filter((text) => !/[%\p{Cc}]/u.test(text));
  const quote = (text: string) =>
    /^[A-Za-z0-9./_-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
  await fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 6 }), async (words) => {
      const { proxyCommand } = await resolve(
        printed({ ProxyCommand: ['/o', 'ssh-proxy', ...words.map(quote)].join(' ') }),
      );
      expect(proxyCommand).toEqual(['/o', 'ssh-proxy', ...words]);
    }),
    { numRuns: 40 },
  );
});

test.each([
  ['a second command', { ProxyCommand: `${PROXY} ; rm -rf x` }],
  ['a pipe', { ProxyCommand: `${PROXY} | sh` }],
  ['a command substitution', { ProxyCommand: `${PROXY} $(id)` }],
  ['backticks', { ProxyCommand: `${PROXY} \`id\`` }],
  ['a variable', { ProxyCommand: `${PROXY} $HOME` }],
  ['a backslash', { ProxyCommand: `${PROXY} a\\ b` }],
  ['a redirection', { ProxyCommand: `${PROXY} >x` }],
  ['an ssh token', { ProxyCommand: `${PROXY} %h` }],
  ['an ssh token in quotes', { ProxyCommand: `${PROXY} '%h'` }],
  ['an open quote', { ProxyCommand: `${PROXY} 'a` }],
  ['text in double quotes', { ProxyCommand: `${PROXY} "a b"` }],
  ['two spaces', { ProxyCommand: `${PROXY}  x` }],
  ['a control character', { ProxyCommand: `${PROXY} 'a\x1bb'` }],
  ['another program', { ProxyCommand: '/bin/sh -c id' }],
  ['an empty program', { ProxyCommand: "'' ssh-proxy" }],
  ['a user with a shell character', { User: 'a$b' }],
  ['a user that is an option', { User: '-oProxyCommand=id' }],
  ['a key that runs something', { LocalCommand: 'id' }],
  ['a key that includes a file', { Include: '/etc/passwd' }],
  ['a forwarded agent', { ForwardAgent: 'yes' }],
  ['a key in another case', { proxycommand: PROXY }],
  ['a second host', { 'Host other\n    User': 'x' }],
  ['a known-hosts file of its own', { UserKnownHostsFile: '/tmp/x' }],
])('%s is refused', async (_rule, changes) => {
  await expect(resolve(printed(changes))).rejects.toMatchObject({
    name: 'TransportError',
    code: 'ENDPOINT_INVALID',
  });
});

test.each([
  ['another sandbox', printed({}, 'openshell-demo2.default')],
  ['a pattern', printed({}, 'openshell-demo.default *')],
  ['a key twice', `${printed()}    User root\n`],
  ['no proxy command', printed().replace(/ +ProxyCommand.*\n/, '')],
  ['no user', printed().replace(/ +User .*\n/, '')],
  ['a line before the host', `Match all\n${printed()}`],
  ['nothing', ''],
])('%s is refused', async (_rule, text) => {
  await expect(resolve(text)).rejects.toMatchObject({ code: 'ENDPOINT_INVALID' });
});
