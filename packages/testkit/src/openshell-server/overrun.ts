import type { Socket } from 'node:net';

import type { ServerChannel } from 'ssh2';

/** The part of ssh2 that sends without asking the window. */
interface Unchecked {
  readonly outgoing: { readonly id: number };
  readonly _client: {
    readonly _protocol: { channelData(id: number, data: Buffer): void };
    readonly _sock: Socket;
  };
}

const PACKET = Buffer.alloc(32 * 1024, 'x');

/** Sends data on `channel` until its connection is gone, however little of it was allowed, as fast as it is taken. */
export function overrunWindow(channel: ServerChannel): void {
  const { outgoing, _client: client } = channel as unknown as Unchecked;
  let isOver = false;
  channel.once('close', () => (isOver = true));
  const flood = () => {
    if (isOver) return;
    while (!client._sock.writableNeedDrain && client._sock.writable)
      client._protocol.channelData(outgoing.id, PACKET);
    setTimeout(flood, 1);
  };
  flood();
}
