import { once } from 'node:events';
import { createServer } from 'node:net';

/** Where a sandbox's programs find their proxy, in its own network. */
export const EGRESS_PORT = 3128;

/**
 * Gives the starter, on the channel that this process was started with, a listener in the sandbox's own network, and
 * resolves once it is taken: whoever serves it is outside, and nothing inside leads to him but a connection. The channel
 * is gone then, before any command has begun.
 */
export async function giveEgressListener(): Promise<void> {
  const server = createServer().listen(EGRESS_PORT, '127.0.0.1');
  await once(server, 'listening');
  const taken = once(process, 'disconnect');
  process.send?.('listener', server);
  await taken;
  server.close();
}
