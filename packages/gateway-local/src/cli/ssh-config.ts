import { Command } from 'commander';

import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import { validateName } from '../names/validate-name.ts';
import type { Scope } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

/** `sandbox ssh-config NAME`: formats only; whether there is such a sandbox is not looked at (openshell §2.1). */
export function sshConfigCommand(contextOf: () => CliContext): Command {
  return new Command('ssh-config')
    .description('print an OpenSSH configuration that reaches the sandbox')
    .argument('<name>')
    .action((name: string) => {
      const { host, scope, print } = contextOf();
      print(formatSshConfig(host, scope, validateName(name)));
    });
}

function formatSshConfig(
  { execPath, script }: Pick<GatewayHost, 'execPath' | 'script'>,
  { gateway, workspace }: Pick<Scope, 'gateway' | 'workspace'>,
  name: string,
): string {
  const proxy = [
    execPath,
    script,
    'ssh-proxy',
    '--gateway-name',
    gateway,
    '--name',
    name,
    '--workspace',
    workspace,
  ];
  return [
    `Host openshell-${name}.${workspace}`,
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

/** The tool's own rule, which is not core's. */
function quote(word: string): string {
  return /^[A-Za-z0-9./_-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}
