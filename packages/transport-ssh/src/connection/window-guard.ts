import type { Readable } from 'node:stream';

import type { ClientChannel } from 'ssh2';

import { invariant } from '@clamshell/core';

/** What ssh2 keeps of a channel and does not declare. */
interface Internals {
  /** The bytes that the server may still send. */
  readonly incoming: { window: number };
  readonly outgoing: { readonly state: string };
}

interface ChannelTable {
  update(id: number, channel: ClientChannel): void;
}

/**
 * Calls `overrun` when the server sends more than a channel's window allows. ssh2 takes such data and keeps it: an
 * unread channel of a hostile server would fill the memory. It watches each channel from its birth, before its opener
 * has seen it. `client` must have been told to connect.
 */
export function guardWindows(client: object, overrun: () => void): void {
  const { _chanMgr: table } = client as { _chanMgr?: ChannelTable };
  invariant(typeof table?.update === 'function', 'ssh2 keeps its channels elsewhere than in this version');
  const update = table.update.bind(table);
  table.update = (id, channel) => {
    const internals = channel as Partial<Internals>;
    invariant(
      internals.incoming && internals.outgoing,
      'ssh2 keeps its windows elsewhere than in this version',
    );
    watch(channel, internals as Internals, overrun);
    watch(channel.stderr, internals as Internals, overrun);
    update(id, channel);
  };
}

function watch(stream: Readable, { incoming, outgoing }: Internals, overrun: () => void): void {
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (incoming.window < 0) overrun();
    // At exactly 0 ssh2 would drop what comes too much without a word; half a byte makes it show as an overrun.
    if (incoming.window === 0) incoming.window = 0.5;
    // A channel that we have closed is not granted any more; what is still under way is not wanted.
    const isUnwanted = incoming.window < 0 || outgoing.state === 'closing';
    return isUnwanted && chunk !== null ? false : push(chunk, encoding);
  };
}
