#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { reportFailure } from './cli/report-failure.ts';
import { isMachineRoot } from './confine/host-user.ts';
import { closeInheritedDescriptors } from './confine/inherited-descriptors.ts';
import { EGRESS_COMMAND } from './egress/start-egress.ts';
import type { GatewayHost } from './lifecycle/gateway-host.ts';
import { joinSandbox, parseProxyFlags } from './proxy/ssh-proxy.ts';

const USAGE = 'error: usage: ssh-proxy --gateway-name GATEWAY --name NAME [--workspace WORKSPACE]\n';

const host: GatewayHost = {
  env: process.env,
  now: () => new Date(),
  isRoot: isMachineRoot(process.geteuid?.() ?? -1, readUidMap()),
  execPath: process.execPath,
  script: fileURLToPath(import.meta.url),
  directory: process.cwd(),
  warn: (text) => void process.stderr.write(text),
};

function readUidMap(): string {
  const file = '/proc/self/uid_map';
  return existsSync(file) ? readFileSync(file, 'latin1') : '';
}

async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'ssh-proxy') return proxy(args.slice(1));
  if (args[0] === EGRESS_COMMAND) return egress();
  closeInheritedDescriptors();
  // Loaded only here: the proxy is started once for each connection, and must be quick.
  const { runProgram } = await import('./cli/program.ts');
  return runProgram(args, host, {
    print: (text) => void process.stdout.write(text),
    printError: (text) => void process.stderr.write(text),
    streams: process,
  });
}

async function egress(): Promise<number> {
  const { runEgress } = await import('./egress/run-egress.ts');
  await runEgress(host.now);
  return 0;
}

async function proxy(args: readonly string[]): Promise<number> {
  const flags = parseProxyFlags(args);
  if (flags === undefined) {
    process.stderr.write(USAGE);
    return 2;
  }
  await joinSandbox(host, flags, process);
  return 0;
}

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  process.stderr.write(reportFailure(error, process.env));
  process.exitCode = 1;
}
if (process.argv[2] === 'ssh-proxy') process.stdin.destroy();
