import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseSandboxName } from '@clamshell/core';

import { gatewayThatSays } from './fake-tool.fixture.ts';

const REPLIES = path.resolve(import.meta.dirname, '../test/replies');
const name = parseSandboxName('demo');

const CODES = [
  ['list-unreachable.err', 'GATEWAY_UNREACHABLE'],
  ['create-unreachable.err', 'GATEWAY_UNREACHABLE'],
  ['unknown-gateway.err', 'GATEWAY_UNREACHABLE'],
  ['no-gateway.err', 'GATEWAY_UNREACHABLE'],
  ['no-certificates.err', 'GATEWAY_UNAUTHORIZED'],
  ['unknown-option.err', 'GATEWAY_COMMAND_FAILED'],
] as const;

describe.each(readdirSync(REPLIES).filter((entry) => /^\d/.test(entry)))('openshell %s', (version) => {
  const reply = (file: string) => readFileSync(path.join(REPLIES, version, file), 'utf8');

  test.each(CODES)('%s is %s', async (file, code) => {
    const gateway = gatewayThatSays({ stderr: reply(file), status: 1 });
    await expect(gateway.stop(name)).rejects.toMatchObject({ code });
  });

  test('its SSH configuration is an endpoint', async () => {
    const { proxyCommand } = await gatewayThatSays({ stdout: reply('ssh-config.out') }).resolve(name);
    expect(proxyCommand.slice(0, 6)).toEqual([
      ...['/usr/bin/openshell', 'ssh-proxy', '--gateway-name', 'g', '--name', 'demo'],
    ]);
  });
});
