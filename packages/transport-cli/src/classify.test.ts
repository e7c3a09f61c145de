import { expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { createCliGateway } from './index.ts';
import { gatewayThatSays } from './fake-tool.fixture.ts';

const name = parseSandboxName('demo');
const clock = { now: () => 0, sleep: () => Promise.resolve() };

/** tonic 0.14, as the tool prints it without graphics. */
const current = (text: string, message: string) =>
  `Error: code: '${text}', message: "${message}"\n    Diagnostic severity: error\n`;

/** tonic 0.12, in the frame that is wrapped at 80 columns. */
const framed = (status: string, message: string) =>
  `Error:   × status: ${status}, message: "${message.replaceAll(' ', '\n  │ ')}", details: [],\n  │ metadata: MetadataMap { headers: {} }\n`;

test.each([
  [
    'a missing sandbox',
    current('Some requested entity was not found', 'sandbox not found'),
    'SANDBOX_NOT_FOUND',
  ],
  ['a missing sandbox, framed', framed('NotFound', 'sandbox not found'), 'SANDBOX_NOT_FOUND'],
  [
    'a missing workspace',
    current('Some requested entity was not found', "workspace 'x' not found"),
    'GATEWAY_COMMAND_FAILED',
  ],
  [
    'a missing provider',
    current('Some requested entity was not found', "provider 'x' not found"),
    'GATEWAY_COMMAND_FAILED',
  ],
  [
    'a taken name',
    current('Some entity that we attempted to create already exists', "sandbox 'demo' already exists"),
    'SANDBOX_EXISTS',
  ],
  ['a taken name, framed', framed('AlreadyExists', 'sandbox already exists'), 'SANDBOX_EXISTS'],
  [
    'a long name',
    current('Client specified an invalid argument', 'name exceeds maximum length (27 > 19)'),
    'SANDBOX_NAME_INVALID',
  ],
  [
    'a bad character',
    framed('InvalidArgument', 'name must contain only lowercase alphanumeric characters or hyphens'),
    'SANDBOX_NAME_INVALID',
  ],
  [
    'a hyphen at the end',
    current('Client specified an invalid argument', 'name must not start or end with a hyphen'),
    'SANDBOX_NAME_INVALID',
  ],
  [
    'a sandbox that is not ready',
    "Error: sandbox 'demo' is not ready (phase: Starting); wait",
    'SANDBOX_NOT_READY',
  ],
  [
    'a stop before Ready',
    framed('FailedPrecondition', 'sandbox must be Ready to stop (current phase: Error)'),
    'SANDBOX_NOT_READY',
  ],
  [
    'a lost supervisor',
    current(
      'The service is currently unavailable',
      'supervisor relay failed: supervisor session not connected',
    ),
    'SANDBOX_NOT_READY',
  ],
  [
    'a sandbox that broke',
    'Error: sandbox entered error phase while provisioning: ImagePull: no',
    'SANDBOX_FAILED',
  ],
  ['no gateway chosen', 'Error: No active gateway.\n', 'GATEWAY_UNREACHABLE'],
  ['an unknown gateway', "Error:   × Unknown gateway 'g'.\n", 'GATEWAY_UNREACHABLE'],
  [
    'a gateway that is down',
    "Error:   × failed to connect to gateway 'g' at http://127.0.0.1:1.\n  │ Start the gateway",
    'GATEWAY_UNREACHABLE',
  ],
  [
    'a refused connection',
    'Error:   × transport error\n  ├─▶ tcp connect error\n  ╰─▶ Connection refused (os error 111)',
    'GATEWAY_UNREACHABLE',
  ],
  [
    'no credentials',
    current('The request does not have valid authentication credentials', 'missing authorization header'),
    'GATEWAY_UNAUTHORIZED',
  ],
  ['an expired token', framed('Unauthenticated', 'invalid token: ExpiredSignature'), 'GATEWAY_UNAUTHORIZED'],
  [
    'no certificates',
    'Error: failed to read TLS CA from /h/.config/openshell/gateways/g/mtls/ca.crt\n    Caused by: No such file',
    'GATEWAY_UNAUTHORIZED',
  ],
  [
    'too many connections',
    current('Some resource has been exhausted', 'sandbox SSH connection limit reached'),
    'LIMIT_EXCEEDED',
  ],
  [
    'too many with one token',
    framed('ResourceExhausted', 'SSH session connection limit reached'),
    'LIMIT_EXCEEDED',
  ],
  [
    'too many relays',
    framed('ResourceExhausted', 'per-sandbox relay limit reached (32 in flight)'),
    'LIMIT_EXCEEDED',
  ],
  ['a missing role', framed('PermissionDenied', "role 'admin' required"), 'GATEWAY_UNAUTHORIZED'],
  ['words nobody has seen', 'Error: the moon is full', 'GATEWAY_COMMAND_FAILED'],
  ['silence', '', 'GATEWAY_COMMAND_FAILED'],
])('%s has a code of its own', async (_rule, stderr, code) => {
  const gateway = gatewayThatSays({ stderr, status: 1 });
  await expect(gateway.stop(name)).rejects.toMatchObject({ name: 'LifecycleError', code });
});

test('the gateway’s words are kept, on one line', async () => {
  const gateway = gatewayThatSays({ stderr: 'Error:   × the moon\n  │ is full\n  ╰─▶ again\n', status: 2 });
  await expect(gateway.stop(name)).rejects.toThrow(
    'sandbox stop failed with status 2: the moon is full again',
  );
});

test('credentials and terminal escapes are not kept', async () => {
  const gateway = gatewayThatSays({
    stderr: 'bad \x1b]52;c;x\x07 https://joe:hunter2@example.com',
    status: 1,
  });
  const failure = gateway.stop(name).catch((error: Error) => error.message);
  await expect(failure).resolves.not.toMatch(/hunter2|\x1b|\x07/);
});

test('a missing executable is named', async () => {
  const gateway = createCliGateway({
    command: ['/nowhere/openshell'],
    workspace: 'w',
    timeoutMs: 1000,
    env: {},
    clock,
  });
  await expect(gateway.inspect(name)).rejects.toMatchObject({
    code: 'GATEWAY_EXECUTABLE_MISSING',
    message: expect.stringContaining('/nowhere/openshell') as string,
  });
});
