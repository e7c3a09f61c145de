import type { ExistingSandboxName } from './sandbox-name.ts';

/**
 * What older versions of OpenClaw's plugin called the sandbox of a scope, oldest first; only ever to find one that is
 * there. A part that people can read, and a hash of the whole key.
 */
export function legacySandboxNames(scopeKey: string): readonly ExistingSandboxName[] {
  const key = scopeKey.trim() || 'session';
  const names = UNSAFE_RUNS.map((unsafe) => `openclaw-${readablePart(key, unsafe)}-${hash(key)}`);
  return [...new Set(names)] as ExistingSandboxName[];
}

/** What each version in turn did not leave in a name. */
const UNSAFE_RUNS = [/[^a-z0-9._-]+/g, /[^a-z0-9-]+/g] as const;

function readablePart(key: string, unsafe: RegExp): string {
  const safe = key.toLowerCase().replace(unsafe, '-');
  return safe.replace(/^-+|-+$/g, '').slice(0, 32) || 'session';
}

/** djb2 with xor, over the first UTF-16 unit of each code point, in hex without padding. */
function hash(key: string): string {
  let state = 5381;
  for (const character of key) state = ((state * 33) ^ character.charCodeAt(0)) >>> 0;
  return state.toString(16);
}
