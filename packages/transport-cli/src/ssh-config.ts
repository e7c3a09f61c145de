import { type ExistingSandboxName, TransportError, type TunnelEndpoint } from '@clamshell/core';

import { splitWords } from './split-words.ts';

/**
 * What each key may say, besides ProxyCommand; any other key or value refuses the whole text. The list is what
 * `ssh-config` prints, no more (openshell §2.1): a key that OpenSSH would act on must not slip by unread.
 */
const ALLOWED: ReadonlyMap<string, RegExp> = new Map([
  ['User', /^[a-z_][a-z0-9_-]{0,31}$/],
  ['StrictHostKeyChecking', /^no$/],
  ['UserKnownHostsFile', /^\/dev\/null$/],
  ['GlobalKnownHostsFile', /^\/dev\/null$/],
  ['LogLevel', /^[A-Z0-9]{1,16}$/],
  ['ServerAliveInterval', /^[0-9]{1,4}$/],
  ['ServerAliveCountMax', /^[0-9]{1,4}$/],
  ['ProxyCommand', /./],
]);

/**
 * The endpoint that the gateway's tool printed for `name`. Throws ENDPOINT_INVALID for anything but exactly the form
 * of openshell §2.1. The text is hostile (rows 86 and 87); nothing of it is ever given to a shell or to `ssh`.
 */
export function parseSshConfig(text: string, name: ExistingSandboxName): TunnelEndpoint {
  const [host, ...options] = text.replace(/\n+$/, '').split('\n');
  const alias = /^Host (\S+)$/.exec(host ?? '')?.[1];
  if (alias !== `openshell-${name}` && !alias?.startsWith(`openshell-${name}.`)) {
    throw invalid('it does not begin with this sandbox’s Host line');
  }
  const values = readOptions(options);
  const proxyCommand = splitWords(values.get('ProxyCommand') ?? '');
  if (proxyCommand === undefined) throw invalid('ProxyCommand is missing, or not plain quoted words');
  if (!proxyCommand.includes('ssh-proxy')) throw invalid('ProxyCommand is not an ssh-proxy');
  const user = values.get('User');
  if (user === undefined) throw invalid('User is missing');
  return { proxyCommand, user, hostKey: 'tunnel-trusted' };
}

function readOptions(lines: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of lines) {
    const [, key, value] = /^[ \t]+([A-Za-z]+) (.*)$/s.exec(line) ?? [];
    if (key === undefined || value === undefined) throw invalid(`not an option line: ${line.slice(0, 80)}`);
    if (!ALLOWED.get(key)?.test(value)) throw invalid(`${key} is not allowed, or not with this value`);
    if (values.has(key)) throw invalid(`${key} is there twice`);
    values.set(key, value);
  }
  return values;
}

function invalid(why: string): TransportError {
  return new TransportError('ENDPOINT_INVALID', `The gateway's SSH configuration is refused: ${why}`);
}
