import { connect } from 'node:net';

import { LifecycleError } from '@clamshell/core';

const BANNER = 'SSH-2.0-';

/** Resolves once an SSH server has begun to speak on the socket of this name in the current directory. */
export async function awaitBanner(socketName: string, deadlineMs: number): Promise<void> {
  const socket = connect(socketName);
  const timer = setTimeout(
    () => socket.destroy(notReady('timed out waiting for its SSH server')),
    deadlineMs,
  );
  let head = '';
  try {
    for await (const chunk of socket) {
      head += (chunk as Buffer).toString('latin1');
      if (head.startsWith(BANNER)) return;
      if (head.length >= BANNER.length) throw notReady('something else than an SSH server answered');
    }
    throw notReady('its SSH server closed the connection');
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

function notReady(why: string): LifecycleError {
  return new LifecycleError('SANDBOX_FAILED', why);
}
