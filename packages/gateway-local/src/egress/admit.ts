import { lookup } from 'node:dns/promises';

import { type EgressRule, isAddressAllowed, rulesFor } from '../policy/egress-rules.ts';
import type { LogLevel } from '../state/sandbox-log.ts';
import { areAll, findPrograms, type LocalConnection } from './find-programs.ts';

export interface EgressPolicy {
  readonly rules: readonly EgressRule[];
  /** The sandbox's first process. */
  readonly init: number;
  /** Told of each decision. */
  readonly log: (level: LogLevel, text: string) => void;
}

export interface Destination {
  readonly host: string;
  readonly port: number;
}

/** What a client is told instead of being let through. */
export interface Refusal {
  readonly status: 400 | 403 | 502;
  readonly why: string;
}

/**
 * The address to connect to. A name is looked up only once the policy has named it and the asking program, so that
 * names carry no message out; then each address it stands for is held against the policy too.
 */
export async function admit(
  { rules, init, log }: EgressPolicy,
  connection: LocalConnection,
  { host, port }: Destination,
): Promise<Destination | Refusal> {
  const where = `${host}:${port}`;
  const deny = (why: string): Refusal => {
    log('WARN', `denied ${where}: ${why}`);
    return { status: 403, why: `${where} is not allowed by the sandbox's policy` };
  };
  const named = rulesFor(rules, { host, port });
  if (named.length === 0) return deny('no policy names it');
  const programs = findPrograms(init, connection);
  const granted = named.filter(({ binaries }) => areAll(programs, init, binaries));
  if (granted.length === 0) return deny('not for this program');
  const addresses = await resolve(host);
  if (addresses.length === 0) return { status: 502, why: `${host} can't be looked up` };
  const address = addresses.find((each) => granted.some((rule) => isAddressAllowed(rule, each)));
  if (address === undefined) return deny('it is an internal address');
  log('INFO', `allowed ${where}`);
  return { host: address, port };
}

async function resolve(host: string): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return [];
    throw error;
  }
}
