import { LifecycleError } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';
import { escapeLines } from '../output/escape-lines.ts';
import { locateSandbox } from './locate-sandbox.ts';

const DEFAULT_LINES = 200;

/** The last lines that the gateway wrote of the workspace's sandbox. */
export async function logsCommand(context: CommandContext): Promise<number> {
  const { input, streams, signal } = context;
  const maxLines = input.count('lines', 1) ?? DEFAULT_LINES;
  const { sandbox, provider } = await locateSandbox(context);
  const { lifecycle } = await context.compose();
  if (lifecycle.logs === undefined) {
    throw new LifecycleError('CAPABILITY_MISSING', `Provider ${provider} keeps no log of a sandbox`);
  }
  const text = escapeLines(await lifecycle.logs(sandbox, { maxLines, signal }));
  writeJson(context, { provider, sandbox, text });
  if (!context.json) streams.stdout.write(text);
  return 0;
}
