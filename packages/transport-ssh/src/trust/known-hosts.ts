import { createHmac } from 'node:crypto';

/** One line of a known_hosts file that holds a key. */
interface KnownKey {
  readonly marker: 'revoked' | 'cert-authority' | undefined;
  readonly hosts: string;
  readonly type: string;
  /** The public key, in base64. */
  readonly key: string;
}

export type KnownHostsVerdict = 'known' | 'unknown' | 'changed' | 'revoked' | 'certificate';

/** The keys that files in OpenSSH's form give for one host, the name it has there being `host` or `[host]:port`. */
export class KnownKeys {
  readonly #keys: readonly KnownKey[];

  constructor(text: string, name: string) {
    this.#keys = text
      .split('\n')
      .flatMap(parseLine)
      .filter(({ hosts }) => isListed(hosts, name.toLowerCase()));
  }

  /** Types of the keys that it may show, the way a key exchange names them. */
  get types(): readonly string[] {
    return this.#keys.flatMap(({ marker, type }) => (marker === undefined ? [type] : []));
  }

  /** A key that is revoked anywhere is so everywhere. */
  judge(key: Uint8Array): KnownHostsVerdict {
    const shown = Buffer.from(key).toString('base64');
    const has = (marker: KnownKey['marker'], wanted?: string) =>
      this.#keys.some((known) => known.marker === marker && (wanted ?? known.key) === known.key);
    if (has('revoked', shown)) return 'revoked';
    if (has(undefined, shown)) return 'known';
    if (has(undefined)) return 'changed';
    return has('cert-authority') ? 'certificate' : 'unknown';
  }
}

/** As a known_hosts file names a server. */
export function knownName({ host, port }: { readonly host: string; readonly port: number }): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/** What can't be read is passed over, as OpenSSH does; with an unknown marker it must not count as a plain key. */
function parseLine(line: string): readonly KnownKey[] {
  const words = line.trim().split(/[ \t]+/);
  if (words[0] === '' || words[0]?.startsWith('#')) return [];
  const [marker, hosts, type, key] = words[0]?.startsWith('@') === true ? words : [undefined, ...words];
  if (marker !== undefined && marker !== '@revoked' && marker !== '@cert-authority') return [];
  if (hosts === undefined || type === undefined || key === undefined) return [];
  return [{ marker: marker?.slice(1) as KnownKey['marker'], hosts, type, key }];
}

function isListed(hosts: string, name: string): boolean {
  if (hosts.startsWith('|')) return isHashOf(hosts, name);
  const patterns = hosts.toLowerCase().split(',');
  const matches = (pattern: string) => patternFor(pattern).test(name);
  if (patterns.some((pattern) => pattern.startsWith('!') && matches(pattern.slice(1)))) return false;
  return patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}

/** `|1|salt|hash`: an HMAC-SHA1 of the name. */
function isHashOf(hosts: string, name: string): boolean {
  const [, version, salt, hash] = hosts.split('|');
  if (version !== '1' || salt === undefined || hash === undefined) return false;
  return createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest('base64') === hash;
}

function patternFor(pattern: string): RegExp {
  const source = pattern
    .replaceAll(/[\\^$.+()|[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's');
}
