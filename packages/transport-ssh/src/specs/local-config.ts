import { assertNever, CommandError, quoteCommand, type SshEndpoint } from '@clamshell/core';

/** What the configuration calls the sandbox; argv names nothing else of it. */
export const HOST_ALIAS = 'clamshell';

interface ConfigParts {
  readonly endpoint: SshEndpoint;
  /** Where the connection is shared. */
  readonly controlPath: string;
}

/**
 * Configuration for the system's `ssh`, which reads no other: the same endpoint, no key, agent, forwarding or escape
 * character, and whatever a shared connection offers. Without a master `ssh` connects by itself.
 */
export function localConfig({ endpoint, controlPath }: ConfigParts): string {
  const options: Readonly<Record<string, string>> = {
    User: endpoint.user,
    ProxyCommand: escapeTokens(quoteCommand(endpoint.proxyCommand)),
    ControlPath: quoteValue(controlPath),
    ControlMaster: 'no',
    BatchMode: 'yes',
    PubkeyAuthentication: 'no',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    GSSAPIAuthentication: 'no',
    HostbasedAuthentication: 'no',
    IdentityAgent: 'none',
    IdentityFile: 'none',
    ...hostKeyOptions(endpoint.hostKey),
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

function hostKeyOptions(hostKey: SshEndpoint['hostKey']): Readonly<Record<string, string>> {
  switch (hostKey) {
    case 'tunnel-trusted':
      return {
        StrictHostKeyChecking: 'no',
        UserKnownHostsFile: '/dev/null',
        GlobalKnownHostsFile: '/dev/null',
      };
    default:
      return assertNever(hostKey);
  }
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
