import { Command } from 'commander';

import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import type { Dialect } from '../dialect/dialect.ts';
import { validateName } from '../names/validate-name.ts';
import { quote } from '../reach/exec-text.ts';
import type { Scope } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox ssh-config NAME`: formats only; whether there is such a sandbox is not looked at (openshell §2.1). */
export function sshConfigCommand(contextOf: () => CliContext): Command {
  return new Command('ssh-config')
    .description('print an OpenSSH configuration that reaches the sandbox')
    .argument('<name>')
    .action((name: string) => {
      const { host, scope, dialect, print } = contextOf();
      print(formatSshConfig({ ...host, ...dialect }, scope, validateName(name, dialect.maxNameLength)));
    });
}

function formatSshConfig(
  { execPath, script, hasWorkspaces }: Pick<GatewayHost & Dialect, 'execPath' | 'script' | 'hasWorkspaces'>,
  { gateway, workspace }: Pick<Scope, 'gateway' | 'workspace'>,
  name: string,
): string {
  const words = ['ssh-proxy', '--gateway-name', gateway, '--name', name];
  const proxy = [execPath, script, ...words, ...(hasWorkspaces ? ['--workspace', workspace] : [])];
  return [
    `Host openshell-${name}${hasWorkspaces ? `.${workspace}` : ''}`,
    '    User sandbox',
    '    StrictHostKeyChecking no',
    '    UserKnownHostsFile /dev/null',
    '    GlobalKnownHostsFile /dev/null',
    '    LogLevel ERROR',
    '    ServerAliveInterval 15',
    '    ServerAliveCountMax 3',
    `    ProxyCommand ${proxy.map(quote).join(' ')}\n`,
  ].join('\n');
}
