import { readFile } from 'node:fs/promises';

import ssh2, { type AnyAuthMethod } from 'ssh2';

import type { SshEndpoint } from '@clamshell/core';

/**
 * Ways to log in, in the order of trying. `none` is what a sandbox asks for behind its tunnel; elsewhere a server
 * answers it with what it takes. Never a password, never a forwarded agent.
 */
export async function loginMethods(endpoint: SshEndpoint): Promise<AnyAuthMethod[]> {
  const { user: username } = endpoint;
  const none: AnyAuthMethod = { type: 'none', username };
  if (endpoint.hostKey === 'tunnel-trusted') return [none];
  const { agent, identities } = endpoint;
  const keys = await Promise.all(identities.map(readKey));
  return [
    none,
    ...(agent === undefined ? [] : [{ type: 'agent', username, agent } as const]),
    ...keys.flatMap((key) => (key === undefined ? [] : [{ type: 'publickey', username, key } as const])),
  ];
}

/** `undefined` for a file that is not there, not ours to read, or whose key has a passphrase. */
async function readKey(file: string): Promise<Buffer | undefined> {
  try {
    const text = await readFile(file);
    return ssh2.utils.parseKey(text) instanceof Error ? undefined : text;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES') return undefined;
    throw error;
  }
}
