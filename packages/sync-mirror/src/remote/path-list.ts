import type { RelPath } from '@clamshell/core';

/** Words as the programs take them on stdin and in files: bytes, each ended by NUL. */
export function encodeWords(words: readonly string[]): Buffer {
  return Buffer.from(words.map((word) => `${word}\0`).join(''), 'latin1');
}

/** Paths that begin with a dot, so that none reads as an option. */
export function encodePaths(paths: readonly RelPath[]): Buffer {
  return encodeWords(paths.map((path) => `./${path}`));
}

export async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes;
}
