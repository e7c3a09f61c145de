import { expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { gatewayThatSays } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');
const item = {
  id: 'sb-1',
  name: 'demo',
  workspace: 'default',
  labels: { owner: 'me' },
  annotations: {},
  resource_version: 3,
  created_at: '2026-08-21 10:00:00',
  phase: 'Ready',
  current_policy_version: 1,
};

const inspectReply = (reply: unknown) => gatewayThatSays({ stdout: JSON.stringify(reply) }).inspect(name);

test('a sandbox is read with its labels', async () => {
  await expect(inspectReply(item)).resolves.toEqual({
    id: 'sb-1',
    name,
    phase: 'ready',
    labels: { owner: 'me' },
  });
});

test.each([
  ['Provisioning', 'provisioning'],
  ['Starting', 'starting'],
  ['Ready', 'ready'],
  ['Stopping', 'stopping'],
  ['Stopped', 'stopped'],
  ['Deleting', 'deleting'],
  ['Error', 'error'],
  ['Unspecified', 'unknown'],
  ['Unknown', 'unknown'],
  ['Completed', 'error'],
  ['absent', 'unknown'],
  ['constructor', 'unknown'],
])('the phase %s is %s', async (phase, expected) => {
  await expect(inspectReply({ ...item, phase })).resolves.toMatchObject({ phase: expected });
});

test.each([
  ['another sandbox than the one asked for', { ...item, name: 'other' }],
  ['no id', { ...item, id: undefined }],
  ['an empty id', { ...item, id: '' }],
  ['labels that are not text', { ...item, labels: { a: 1 } }],
  ['no phase', { ...item, phase: null }],
  ['a list', [item]],
])('%s is refused as a reply', async (_rule, reply) => {
  await expect(inspectReply(reply)).rejects.toMatchObject({ code: 'GATEWAY_REPLY_INVALID' });
});

test('text that is not JSON is refused as a reply', async () => {
  const gateway = gatewayThatSays({ stdout: '\x1b[1mNAME\x1b[0m  PHASE\n' });
  await expect(gateway.inspect(name)).rejects.toMatchObject({ code: 'GATEWAY_REPLY_INVALID' });
});

test('a missing sandbox is absent', async () => {
  const gateway = gatewayThatSays({
    stderr: 'Error: status: NotFound, message: "sandbox not found"',
    status: 1,
  });
  await expect(gateway.inspect(name)).resolves.toEqual({ phase: 'absent' });
});

test.each([
  ['a gateway that is down', 'Error: transport error'],
  ['a missing workspace', `Error: status: NotFound, message: "workspace 'default' not found"`],
  ['words nobody has seen', 'Error: not found'],
])('%s is a failure, not an absence', async (_rule, stderr) => {
  await expect(gatewayThatSays({ stderr, status: 1 }).inspect(name)).rejects.toMatchObject({
    name: 'LifecycleError',
  });
});

test.each([
  ['a bare array', [item]],
  ['an envelope', { sandboxes: [item], next_page_token: '' }],
  ['an envelope without a token', { sandboxes: [item] }],
])('a list may be %s', async (_rule, reply) => {
  const gateway = gatewayThatSays({ stdout: JSON.stringify(reply) });
  await expect(gateway.list()).resolves.toEqual([
    { id: 'sb-1', name, phase: 'ready', labels: { owner: 'me' } },
  ]);
});

test('a list leaves out what no name of ours can address', async () => {
  const gateway = gatewayThatSays({
    stdout: JSON.stringify([item, { ...item, name: '-rf' }, { ...item, name: 'A b' }]),
  });
  await expect(gateway.list()).resolves.toHaveLength(1);
});

test('a continuation token that never ends is refused', { timeout: 60_000 }, async () => {
  const gateway = gatewayThatSays({ stdout: JSON.stringify({ sandboxes: [], next_page_token: 'again' }) });
  await expect(gateway.list()).rejects.toMatchObject({ code: 'GATEWAY_REPLY_INVALID' });
});
