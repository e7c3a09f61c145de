import { setTimeout } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { type Argv, type Clock, parseSandboxName } from '@clamshell/core';

import { createSshConnector } from './index.ts';

const name = parseSandboxName('demo');
const clock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
};

function connectThrough(proxyCommand: Argv, signal?: AbortSignal) {
  const endpoint = { proxyCommand, user: 'sandbox', hostKey: 'tunnel-trusted' } as const;
  const endpoints = { resolve: () => Promise.resolve(endpoint) };
  return createSshConnector({ endpoints, env: process.env, clock, readyTimeoutMs: 500 }).connect(name, {
    signal,
  });
}

test.each<[string, Argv, RegExp]>([
  [
    'ends with a reason',
    ['sh', '-c', 'echo "sandbox is not ready" >&2; exit 1'],
    /demo.*sandbox is not ready/s,
  ],
  ['does not exist', ['/nowhere/openshell', 'ssh-proxy'], /ENOENT/],
  ['never speaks', ['sleep', '1000'], /Timed out/],
  ['speaks something else', ['sh', '-c', 'yes "HTTP/1.1 200 OK"'], /greeting|header|identification/i],
  ['speaks without a line end', ['sh', '-c', 'yes | tr -d "\\n"'], /header|line|length|identification/i],
  ['ends at once', ['true'], /demo/],
])('a tunnel that %s is a failed connection', async (_rule, command, words) => {
  const failure = connectThrough(command);
  await expect(failure).rejects.toMatchObject({ name: 'TransportError', code: 'CONNECTION_FAILED' });
  await expect(failure).rejects.toThrow(words);
});

test('only the last words of a tunnel are kept, and no terminal escape', async () => {
  const noisy = [
    'sh',
    '-c',
    'yes noise | head -c 200000 >&2; printf "\\033[31mthe end" >&2; exit 1',
  ] as const;
  const message = await connectThrough(noisy).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toMatch(/the end/);
  expect(message.length).toBeLessThan(10_000);
  expect(message).not.toContain('\x1b');
});

test('an abort ends the tunnel and rejects with its own reason', async () => {
  const controller = new AbortController();
  const connecting = expect(connectThrough(['sleep', '1000'], controller.signal)).rejects.toBe('enough');
  await setTimeout(50);
  controller.abort('enough');
  await connecting;
});

test('an abort that came before starts nothing', async () => {
  await expect(connectThrough(['/nowhere'], AbortSignal.abort('no'))).rejects.toBe('no');
});

test('the tunnel sees no secret of the host', async () => {
  const endpoint = {
    proxyCommand: ['sh', '-c', 'env >&2; exit 1'],
    user: 'u',
    hostKey: 'tunnel-trusted',
  } as const;
  const env = {
    PATH: process.env['PATH'],
    OPENSHELL_GATEWAY: 'g',
    SSH_AUTH_SOCK: '/agent',
    NPM_TOKEN: 'hush',
  };
  const connector = createSshConnector({
    endpoints: { resolve: () => Promise.resolve(endpoint) },
    env,
    clock,
  });
  const failure = connector.connect(name);
  await expect(failure).rejects.toThrow('OPENSHELL_GATEWAY=g');
  await expect(failure).rejects.not.toThrow(/agent|hush/);
});
