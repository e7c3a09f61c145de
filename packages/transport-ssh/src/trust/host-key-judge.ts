import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import {
  assertNever,
  type ErrorCode,
  type KnownHosts,
  type PinnedKeys,
  type SshEndpoint,
  TransportError,
} from '@clamshell/core';

import { KnownKeys } from './known-hosts.ts';

/** What a server may prove itself with, best first; keys it is known by come before. */
const KEY_TYPES = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

export type KeyType = (typeof KEY_TYPES)[number];

export interface HostKeyJudge {
  /** In the order to ask for them: a server with several keys must show the one that is known. */
  readonly types: KeyType[];
  /** Why the server is not to be talked to. */
  refuse(key: Uint8Array): TransportError | undefined;
}

/** Reads what the policy goes by, so that the verdict itself waits for nothing. */
export async function openHostKeyJudge(name: string, endpoint: SshEndpoint): Promise<HostKeyJudge> {
  const { hostKey } = endpoint;
  if (hostKey === 'tunnel-trusted') return { types: [...KEY_TYPES], refuse: () => undefined };
  switch (hostKey.policy) {
    case 'known-hosts':
      return judgeByFiles(name, hostKey);
    case 'pinned':
      return judgeByPins(name, hostKey);
    default:
      return assertNever(hostKey);
  }
}

function fingerprintOf(key: Uint8Array): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

async function judgeByFiles(name: string, { files, name: knownAs }: KnownHosts): Promise<HostKeyJudge> {
  const texts = await Promise.all(files.map(readIfThere));
  const keys = new KnownKeys(texts.join('\n'), knownAs);
  const isKnown = (type: KeyType) => keys.types.includes(type.startsWith('rsa-') ? 'ssh-rsa' : type);
  return {
    types: [...KEY_TYPES].toSorted((a, b) => Number(isKnown(b)) - Number(isKnown(a))),
    refuse(key) {
      const verdict = keys.judge(key);
      switch (verdict) {
        case 'known':
          return undefined;
        case 'unknown':
          return refusal('HOST_KEY_UNKNOWN', `${name} (${knownAs}) is in no known_hosts file`, key);
        case 'changed':
          return refusal(
            'HOST_KEY_CHANGED',
            `${name} (${knownAs}) shows another key than known_hosts has`,
            key,
          );
        case 'revoked':
          return refusal(
            'HOST_KEY_REVOKED',
            `${name} (${knownAs}) shows a key that known_hosts revokes`,
            key,
          );
        case 'certificate':
          return refusal(
            'HOST_CERTIFICATE_UNSUPPORTED',
            `${name} (${knownAs}) is known by its certificate authority only`,
            key,
          );
        default:
          return assertNever(verdict);
      }
    },
  };
}

function judgeByPins(name: string, { fingerprints }: PinnedKeys): HostKeyJudge {
  return {
    types: [...KEY_TYPES],
    refuse: (key) =>
      fingerprints.includes(fingerprintOf(key))
        ? undefined
        : refusal('HOST_KEY_CHANGED', `${name} shows another key than the one that is pinned`, key),
  };
}

async function readIfThere(file: string): Promise<string> {
  try {
    return await readFile(file, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function refusal(code: ErrorCode, why: string, key: Uint8Array): TransportError {
  return new TransportError(code, `${why}: ${fingerprintOf(key)}`);
}
