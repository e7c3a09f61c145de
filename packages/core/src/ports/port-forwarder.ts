import type { CallOptions } from './call-options.ts';

/** A listening port of this machine's loopback; disposal stops listening and ends what came in through it. */
export interface Forwarding extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
}

/**
 * Ports of this machine that lead into one sandbox's loopback; never the other way round.
 *
 * Calls may overlap. An abort stops listening. Not idempotent: each call listens on a port of its own. After
 * CONNECTION_LOST only disposal is legal.
 */
export interface PortForwarder {
  /** `localPort` 0 or missing takes any free one; one that is taken rejects with PORT_TAKEN. */
  forward(
    ports: { readonly remotePort: number; readonly localPort?: number | undefined },
    options?: CallOptions,
  ): Promise<Forwarding>;
}
