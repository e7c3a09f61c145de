import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { systemClock } from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

import {
  type CliDialect,
  describeCliFiles,
  describeCliLifecycle,
  describeCliShell,
  DIALECTS,
  sharedTransport,
} from '../contracts/cli-suites.ts';
import { openLocalGateway } from '../contracts/local-gateway.ts';

for (const dialect of DIALECTS) {
  const connect = sharedTransport(dialect);
  describeCliLifecycle(dialect);
  describeCliFiles(dialect, connect);
  describeCliShell(dialect, connect, { isBrief: false });
  describeEndpoints(dialect);
}

function describeEndpoints(dialect: CliDialect): void {
  describe(`SshEndpointSource: transport-cli over the local gateway, as ${dialect}`, () => {
    test('a name resolves whether there is such a sandbox or not, and leads to the one there is (§2.1)', async () => {
      await using local = await openLocalGateway(dialect);
      const { gateway, env, newName } = local;
      const connector = createSshConnector({ endpoints: gateway, env, clock: systemClock });
      const missing = newName();
      const { user, proxyCommand } = await gateway.resolve(missing);
      expect({ user, hasName: proxyCommand.includes(missing) }).toEqual({ user: 'sandbox', hasName: true });
      await expect(connector.connect(missing)).rejects.toMatchObject({ name: 'TransportError' });
      const { name } = await gateway.create({ name: newName(), labels: {} });
      await using transport = await connector.connect(name);
      const stdin = Buffer.alloc(2 ** 20, dialect);
      const { stdout } = await transport.shell.run({ argv: ['sha256sum'], stdin, maxOutputBytes: 1000 });
      expect(Buffer.from(stdout).toString()).toContain(createHash('sha256').update(stdin).digest('hex'));
    });

    test('an aborted call rejects with its own reason, and the next one is well', async () => {
      await using local = await openLocalGateway(dialect);
      const name = local.newName();
      await expect(local.gateway.resolve(name, { signal: AbortSignal.abort('enough') })).rejects.toBe(
        'enough',
      );
      await expect(local.gateway.resolve(name)).resolves.toMatchObject({ hostKey: 'tunnel-trusted' });
    });
  });
}
