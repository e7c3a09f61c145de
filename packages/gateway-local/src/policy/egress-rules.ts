import { BlockList, isIP } from 'node:net';

import type { Policy } from './policy-schema.ts';

/** One endpoint with the programs that may reach it. */
export interface EgressRule {
  readonly host: string;
  readonly ports: readonly number[];
  /** Addresses besides public ones that its name may stand for. */
  readonly allowedIps: readonly string[];
  /** Paths inside. */
  readonly binaries: readonly string[];
}

export function planEgress({
  network_policies: policies = {},
}: Pick<Policy, 'network_policies'>): readonly EgressRule[] {
  return Object.values(policies).flatMap(({ endpoints, binaries }) =>
    endpoints.map(({ host, port, ports = [], allowed_ips: allowedIps = [] }) => ({
      host: host.toLowerCase(),
      ports: port === undefined ? ports : [port],
      allowedIps,
      binaries: binaries.map(({ path }) => path),
    })),
  );
}

/** The rules that speak of this destination, whoever asks. */
export function rulesFor(
  rules: readonly EgressRule[],
  { host, port }: { readonly host: string; readonly port: number },
): readonly EgressRule[] {
  return rules.filter((rule) => rule.host === host.toLowerCase() && rule.ports.includes(port));
}

/**
 * Whether a rule lets its host be at this address: a public one, one that is written in the policy, or one of
 * `allowed_ips`. Else whoever owns a name could lead the proxy into the host's own network.
 */
export function isAddressAllowed({ host, allowedIps }: EgressRule, address: string): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  return address === host || listOf(allowedIps).check(address, family) || !INTERNAL.check(address, family);
}

const INTERNAL = listOf([
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.168.0.0/16', '198.18.0.0/15', '224.0.0.0/3'],
  ...['::/96', '64:ff9b::/96', '64:ff9b:1::/48', '2002::/16', 'fc00::/7', 'fe80::/10', 'ff00::/8'],
]);

/** IPv4 addresses in IPv6 form are judged by the IPv4 rules too. */
function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}
