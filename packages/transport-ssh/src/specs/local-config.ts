import { CommandError, quoteCommand, type SshEndpoint } from '@clamshell/core';

/** What the configuration calls the sandbox; argv names nothing else of it. */
export const HOST_ALIAS = 'clamshell';

interface ConfigParts {
  readonly endpoint: SshEndpoint;
  /** Where the connection is shared. */
  readonly controlPath: string;
  /** Holds the key that the server of a plain host has shown. */
  readonly knownHosts: string;
}

/**
 * Configuration for the system's `ssh`, which reads no other: the same endpoint, no forwarding or escape character, and
 * whatever a shared connection offers. Without a master `ssh` connects by itself.
 */
export function localConfig({ endpoint, controlPath, knownHosts }: ConfigParts): string {
  const options: Readonly<Record<string, string>> = {
    User: endpoint.user,
    ...wayOf(endpoint, knownHosts),
    ControlPath: quoteValue(controlPath),
    ControlMaster: 'no',
    BatchMode: 'yes',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    GSSAPIAuthentication: 'no',
    HostbasedAuthentication: 'no',
    UpdateHostKeys: 'no',
    ForwardAgent: 'no',
    ForwardX11: 'no',
    ClearAllForwardings: 'yes',
    PermitLocalCommand: 'no',
    EscapeChar: 'none',
    Ciphers: 'aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes256-ctr,aes128-ctr',
    ServerAliveInterval: '15',
    ServerAliveCountMax: '3',
    LogLevel: 'ERROR',
  };
  const lines = Object.entries(options).map(([key, value]) => `  ${key} ${value}\n`);
  return `Host ${HOST_ALIAS}\n${lines.join('')}`;
}

/** The way there, the key of the host and those of the user: a sandbox behind a tunnel asks for neither. */
function wayOf(endpoint: SshEndpoint, knownHosts: string): Readonly<Record<string, string>> {
  const { proxyCommand } = endpoint;
  const proxy = proxyCommand === undefined ? {} : { ProxyCommand: escapeTokens(quoteCommand(proxyCommand)) };
  if (endpoint.hostKey === 'tunnel-trusted')
    return {
      ...proxy,
      PubkeyAuthentication: 'no',
      IdentityAgent: 'none',
      IdentityFile: 'none',
      StrictHostKeyChecking: 'no',
      UserKnownHostsFile: '/dev/null',
      GlobalKnownHostsFile: '/dev/null',
    };
  const { address, agent, identities } = endpoint;
  return {
    ...proxy,
    HostName: oneLine(address.host),
    Port: String(address.port),
    PubkeyAuthentication: 'yes',
    IdentityAgent: agent === undefined ? 'none' : quoteValue(agent),
    // The one option that may come more than once.
    IdentityFile: identities.length === 0 ? 'none' : identities.map(quoteValue).join('\n  IdentityFile '),
    HostKeyAlias: HOST_ALIAS,
    StrictHostKeyChecking: 'yes',
    UserKnownHostsFile: quoteValue(knownHosts),
    GlobalKnownHostsFile: '/dev/null',
  };
}

/** A shell runs it, after `ssh` has replaced what begins with a per cent sign. */
function escapeTokens(text: string): string {
  return oneLine(text).replaceAll('%', '%%');
}

function quoteValue(path: string): string {
  if (/["\\]/.test(path))
    throw new CommandError('COMMAND_NOT_STARTED', `No path for an SSH configuration: ${path}`);
  return `"${escapeTokens(path)}"`;
}

function oneLine(text: string): string {
  if (/[\0\r\n]/.test(text))
    throw new CommandError('COMMAND_NOT_STARTED', 'The proxy command does not fit into an SSH configuration');
  return text;
}
