import { execFile } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import {
  type Argv,
  ConfigError,
  type HostEndpoint,
  quoteWord,
  type SshDestination,
  type SshEndpointSource,
} from '@clamshell/core';

import { knownName } from '../trust/known-hosts.ts';

export interface HostOptions {
  /** A name or an address; `Host` and `Match` of the configuration hold for it. */
  readonly destination: SshDestination;
  /** The one private key to use, in place of the configuration's and the agent's. */
  readonly identity?: string | undefined;
  /** The one file that the host key must stand in, in place of the configuration's. */
  readonly knownHosts?: string | undefined;
  /** The host keys to accept, as `ssh-keygen -l` prints them, in place of all files. */
  readonly pinned?: readonly string[] | undefined;
  /** In place of `~/.ssh/config` and the system's; `none` for neither. */
  readonly configFile?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const run = promisify(execFile);

/**
 * The way to one machine, as the system's own `ssh` finds it: `ssh -G` answers with what `Host`, `Match`, `Include` and
 * every default come to, so that nothing of that is done a second time and differently here.
 */
export function createHostEndpoints(options: HostOptions): SshEndpointSource<HostEndpoint> {
  return {
    async resolve(_name, { signal } = {}) {
      signal?.throwIfAborted();
      return asEndpoint(parseSettings(await askSsh(options, signal)), options);
    },
  };
}

async function askSsh(options: HostOptions, signal: AbortSignal | undefined): Promise<string> {
  const { user, host, port } = options.destination;
  const args = ['-G', ...configArgs(options)];
  if (user !== undefined) args.push('-l', user);
  if (port !== undefined) args.push('-p', String(port));
  try {
    const { stdout } = await run('ssh', [...args, '--', host], { env: { ...options.env }, signal });
    return stdout;
  } catch (cause) {
    signal?.throwIfAborted();
    const { code, stderr } = cause as { readonly code?: unknown; readonly stderr?: string };
    const why = code === 'ENOENT' ? 'no ssh is installed' : (stderr ?? '').trim();
    throw new ConfigError('CONFIG_INVALID', `ssh can't tell the way to ${host}: ${why}`, { cause });
  }
}

function configArgs({ configFile }: HostOptions): readonly string[] {
  return configFile === undefined ? [] : ['-F', configFile];
}

/** Keys in lower case, each with its values in order. */
type Settings = ReadonlyMap<string, readonly string[]>;

function parseSettings(text: string): Settings {
  const settings = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const [, key = '', value = ''] = /^(\S+) (.*)$/.exec(line) ?? [];
    settings.set(key, [...(settings.get(key) ?? []), value]);
  }
  return settings;
}

function asEndpoint(settings: Settings, options: HostOptions): HostEndpoint {
  const { destination, pinned, identity, knownHosts } = options;
  const one = (key: string) => settings.get(key)?.[0];
  const address = { host: one('hostname') ?? destination.host, port: Number(one('port') ?? 22) };
  const user = one('user') ?? os.userInfo().username;
  const tokens = { h: address.host, n: destination.host, p: String(address.port), r: user };
  const files = (texts: readonly string[]) => texts.map((text) => fromHome(expandTokens(text, tokens)));
  return {
    address,
    user,
    proxyCommand: proxyOf(settings, options, tokens),
    hostKey:
      pinned === undefined
        ? {
            policy: 'known-hosts',
            files: files(knownHosts === undefined ? knownHostsOf(settings) : [knownHosts]),
            name: one('hostkeyalias') ?? knownName(address),
          }
        : { policy: 'pinned', fingerprints: pinned },
    identities: files(identity === undefined ? (settings.get('identityfile') ?? []) : [identity]),
    agent: identity === undefined ? agentOf(settings, options.env) : undefined,
  };
}

function knownHostsOf(settings: Settings): readonly string[] {
  return ['userknownhostsfile', 'globalknownhostsfile']
    .flatMap((key) => settings.get(key)?.[0]?.split(' ') ?? [])
    .filter((file) => file !== 'none');
}

/** Where only certain keys are to be offered, an agent's others are not. */
function agentOf(settings: Settings, env: HostOptions['env']): string | undefined {
  const [agent = 'SSH_AUTH_SOCK'] = settings.get('identityagent') ?? [];
  if (agent === 'none' || settings.get('identitiesonly')?.[0] === 'yes') return undefined;
  if (agent === 'SSH_AUTH_SOCK') return env['SSH_AUTH_SOCK'];
  return agent.startsWith('$') ? env[agent.slice(1)] : fromHome(agent);
}

/** A jump is another `ssh`; a proxy command is the user's own shell text, run as `ssh` would. */
function proxyOf(settings: Settings, options: HostOptions, tokens: Tokens): Argv | undefined {
  const [jumps = 'none'] = settings.get('proxyjump') ?? [];
  const [command = 'none'] = settings.get('proxycommand') ?? [];
  if (jumps !== 'none') {
    const hops = jumps.split(',');
    const last = hops.pop() ?? '';
    const before = hops.length === 0 ? [] : ['-J', hops.join(',')];
    const target = ['-W', `[${tokens['h']}]:${tokens['p']}`];
    const url = last.startsWith('ssh://') ? last : `ssh://${last}`;
    return ['ssh', ...configArgs(options), '-o', 'BatchMode=yes', ...before, ...target, '--', url];
  }
  return command === 'none' ? undefined : ['sh', '-c', `exec ${expandTokens(command, tokens, quoteWord)}`];
}

type Tokens = Readonly<Record<string, string>>;

/** `%h` and its like; one that is not known here stays. */
function expandTokens(text: string, tokens: Tokens, quote = (value: string) => value): string {
  const all: Tokens = { ...tokens, '%': '%' };
  return text.replaceAll(/%([a-zA-Z%])/g, (whole, token: string) =>
    all[token] === undefined ? whole : quote(all[token]),
  );
}

function fromHome(file: string): string {
  const { homedir } = os.userInfo();
  return file.startsWith('~/') ? path.join(homedir, file.slice(2)) : file.replaceAll('%d', homedir);
}
