import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import net from 'node:net';
import { buffer } from 'node:stream/consumers';

import { afterAll, describe, expect, test } from 'vitest';

import { invariant, type PortForwarder } from '@clamshell/core';

import { sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

/** The two whose loopback is this machine's. */
for (const { name, connect, unavailable } of sshServers(world).slice(0, 2)) {
  const isSkipped = unavailable !== undefined && process.env['CI'] !== 'true';
  const why = isSkipped ? ` (skipped: ${unavailable})` : '';

  describe.skipIf(isSkipped)(`PortForwarder: transport-ssh ${name}${why}`, () => {
    const rule = (title: string, check: (ports: PortForwarder, echoPort: number) => Promise<void>) =>
      test(title, async () => {
        await using connected = await connect();
        const { ports } = connected.transport;
        invariant(ports, 'it forwards ports');
        const server = net.createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        try {
          await check(ports, (server.address() as net.AddressInfo).port);
        } finally {
          server.close();
        }
      });

    rule('bytes go through, both ways, and so does their end', async (ports, remotePort) => {
      await using forwarding = await ports.forward({ remotePort });
      expect(forwarding.host).toBe('127.0.0.1');
      const sent = Array.from({ length: 4 }, () => randomBytes(3_000_001));
      const received = await Promise.all(sent.map((bytes) => exchange(forwarding.port, bytes)));
      expect(received.map((bytes, index) => bytes.equals(sent[index] ?? Buffer.of()))).toEqual(
        sent.map(() => true),
      );
    });

    rule('a port that is taken is said to be', async (ports, remotePort) => {
      await using forwarding = await ports.forward({ remotePort });
      const again = ports.forward({ remotePort, localPort: forwarding.port });
      await expect(again).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    });

    rule('disposal ends what came in and frees the port, and may be repeated', async (ports, remotePort) => {
      const forwarding = await ports.forward({ remotePort });
      const socket = net.connect(forwarding.port, '127.0.0.1').on('error', () => {});
      await once(socket, 'connect');
      const closed = once(socket, 'close');
      await forwarding[Symbol.asyncDispose]();
      await forwarding[Symbol.asyncDispose]();
      await closed;
      await using again = await ports.forward({ remotePort, localPort: forwarding.port });
      expect((await exchange(again.port, Buffer.from('x'))).toString()).toBe('x');
    });

    rule('an abort stops listening', async (ports, remotePort) => {
      const controller = new AbortController();
      const { port } = await ports.forward({ remotePort }, { signal: controller.signal });
      controller.abort('enough');
      await expect(exchange(port, Buffer.from('x'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await expect(ports.forward({ remotePort }, { signal: controller.signal })).rejects.toBe('enough');
    });

    rule('a port where nothing listens is a connection that ends', async (ports, remotePort) => {
      await using taken = await ports.forward({ remotePort });
      const free = taken.port;
      await taken[Symbol.asyncDispose]();
      await using forwarding = await ports.forward({ remotePort: free });
      const received = await exchange(forwarding.port, Buffer.from('x')).catch(() => Buffer.of());
      expect(received).toHaveLength(0);
    });
  });
}

async function exchange(port: number, bytes: Uint8Array): Promise<Buffer> {
  const socket = net.connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(bytes);
  return buffer(socket);
}
