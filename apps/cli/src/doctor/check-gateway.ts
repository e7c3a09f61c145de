import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { LifecycleError, redact } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { examine, type Finding, hasFailed, skip } from './finding.ts';

const CHECKS = ['tool', 'confinement', 'gateway'] as const;

/** The gateway's tool, and whether the gateway answers through it. */
export async function* checkGateway(
  context: CommandContext,
  findings: readonly Finding[],
): AsyncGenerator<Finding> {
  if (hasFailed(findings, 'configuration') || hasFailed(findings, 'workspace')) {
    for (const check of CHECKS) yield skip(check, 'not without a configuration');
    return;
  }
  const tool = await examine('tool', () => askVersion(context));
  yield tool;
  yield await checkConfinement(context);
  if (tool.status === 'failed') return yield skip('gateway', 'not without its tool');
  yield await examine('gateway', async () => {
    const { lifecycle } = await context.compose();
    const { config, providerOrigin } = await context.settings();
    const sandboxes = await lifecycle.list({ signal: context.signal });
    return `provider ${config.provider} (${providerOrigin}) answers, with ${sandboxes.length} sandboxes`;
  });
}

/** Only the local gateway confines with what this machine has; it tries the whole plan at each creation. */
async function checkConfinement(context: CommandContext): Promise<Finding> {
  const { config } = await context.settings();
  if (config.provider !== 'local') return skip('confinement', 'the gateway’s own');
  return examine('confinement', async () => {
    const failures: string[] = [];
    for (const [program, ...args] of CONFINERS) {
      try {
        await promisify(execFile)(program, args, { signal: context.signal });
        return `${program} works here`;
      } catch (error) {
        failures.push(`${program}: ${error instanceof Error ? error.message.split('\n').at(-2) : ''}`);
      }
    }
    throw new LifecycleError('ISOLATION_UNAVAILABLE', `Nothing confines here: ${failures.join('; ')}`);
  });
}

const CONFINERS = [
  ['bwrap', '--unshare-all', '--ro-bind', '/', '/', 'true'],
  ['unshare', '--user', '--map-root-user', '--mount', '--pid', '--fork', 'true'],
] as const;

async function askVersion(context: CommandContext): Promise<string> {
  const { command } = await context.compose();
  const [file, ...args] = command;
  try {
    const { stdout } = await promisify(execFile)(file, [...args, '--version'], { signal: context.signal });
    return `${redact(stdout.trim())}: ${command.join(' ')}`;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const code = isMissing ? 'GATEWAY_EXECUTABLE_MISSING' : 'GATEWAY_COMMAND_FAILED';
    throw new LifecycleError(code, `${file} --version did not work`, { cause });
  }
}
