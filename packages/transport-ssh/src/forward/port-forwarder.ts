import { once } from 'node:events';
import net from 'node:net';

import {
  type Clock,
  ConfigError,
  type Forwarding,
  type PortForwarder,
  TransportError,
  withDeadline,
} from '@clamshell/core';

import { onAbort } from '../connection/on-abort.ts';
import type { Link } from '../connection/open-link.ts';

const LOOPBACK = '127.0.0.1';

/** Listens on this machine's loopback; each connection is a channel to the sandbox's. */
export function createPortForwarder({
  link,
  clock,
}: {
  readonly link: Link;
  readonly clock: Clock;
}): PortForwarder {
  return {
    forward: ({ remotePort, localPort = 0 }, options = {}) =>
      withDeadline(clock, options, async ({ signal }) => {
        link.gone.throwIfAborted();
        const sockets = new Set<net.Socket>();
        const server = net.createServer({ allowHalfOpen: true }, (socket) => {
          sockets.add(socket.once('close', () => sockets.delete(socket)));
          connectThrough(link, socket, remotePort);
        });
        const port = await listen(server, localPort);
        const stop = () => {
          server.close();
          for (const socket of sockets) socket.destroy();
        };
        // The call's deadline ends with the call, its abort holds for as long as the port is open.
        const forget = onAbort([link.gone, options.signal], stop);
        server.once('close', forget);
        signal?.throwIfAborted();
        return asForwarding(server, port, stop);
      }),
  };
}

async function listen(server: net.Server, port: number): Promise<number> {
  try {
    server.listen(port, LOOPBACK);
    await once(server, 'listening');
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    if (isTaken) throw new ConfigError('PORT_TAKEN', `Port ${port} of this machine is taken`, { cause });
    throw new ConfigError('CONFIG_INVALID', `Port ${port} of this machine can't be listened on`, { cause });
  }
  server.on('error', () => {});
  return (server.address() as net.AddressInfo).port;
}

function asForwarding(server: net.Server, port: number, stop: () => void): Forwarding {
  return {
    host: LOOPBACK,
    port,
    async [Symbol.asyncDispose]() {
      const closed = server.listening ? once(server, 'close') : undefined;
      stop();
      await closed;
    },
  };
}

/** What the sandbox refuses shows as a connection that ends at once. */
function connectThrough(link: Link, socket: net.Socket, port: number): void {
  socket.on('error', () => {});
  socket.setNoDelay(true);
  try {
    link.client.forwardOut(LOOPBACK, socket.remotePort ?? 0, LOOPBACK, port, (error, channel) => {
      if (error !== undefined) return void socket.destroy();
      channel.on('error', () => {});
      channel.stderr.resume();
      socket.once('close', () => channel.destroy());
      channel.once('close', () => socket.destroySoon());
      socket.pipe(channel).pipe(socket);
    });
  } catch (cause) {
    socket.destroy(new TransportError('CONNECTION_LOST', 'The link ended in this moment', { cause }));
  }
}
