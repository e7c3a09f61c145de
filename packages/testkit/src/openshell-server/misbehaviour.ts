import type { Connection } from 'ssh2';

interface Offer {
  readonly lists: {
    readonly all: Buffer;
    readonly kex: { readonly array: readonly string[]; readonly buffer: Buffer };
  };
}

const STRICT = 'kex-strict-s-v00@openssh.com';
const OTHER = 'kex-relaxed-s-v0@openssh.com';

/** Takes strict key exchange out of what this connection will offer. ssh2 has no setting for it. */
export function offerWeakKex(connection: Connection): void {
  const protocol = (connection as unknown as { readonly _protocol: { _offer: Offer; _strictMode: boolean } })
    ._protocol;
  const { all, kex } = protocol._offer.lists;
  const array = kex.array.map((name) => (name === STRICT ? OTHER : name));
  const lists = { ...protocol._offer.lists, all: weaken(all), kex: { array, buffer: weaken(kex.buffer) } };
  // Every connection shares the offer.
  protocol._offer = Object.assign(
    Object.create(Object.getPrototypeOf(protocol._offer) as object),
    protocol._offer,
    {
      lists,
    },
  ) as Offer;
  protocol._strictMode = false;
}

function weaken(list: Buffer): Buffer {
  return Buffer.from(list.toString('latin1').replace(STRICT, OTHER), 'latin1');
}

/** Asks the client for an X11 and a forwarded connection, and notes the outcomes. */
export function openUnasked(connection: Connection, outcomes: string[]): void {
  const note = (kind: string) => (error: Error | undefined) =>
    void outcomes.push(`${kind} ${error === undefined ? 'accepted' : 'refused'}`);
  connection.x11('127.0.0.1', 6000, note('x11'));
  connection.forwardOut('127.0.0.1', 22, '127.0.0.1', 22, note('forwarded'));
}
