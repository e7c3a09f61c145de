import { OWNER_LABEL, redact } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** One sandbox a line on stdout: name, phase, and whether it is this installation's. */
export async function listCommand(context: CommandContext): Promise<number> {
  const { streams, signal } = context;
  const { lifecycle, installation } = await context.compose();
  const sandboxes = (await lifecycle.list({ signal })).map(({ id, name, phase, labels }) => {
    return { id, name, phase, ours: labels[OWNER_LABEL] === installation };
  });
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandboxes });
  for (const { name, phase, ours } of context.json ? [] : sandboxes) {
    streams.stdout.write(`${redact(name).padEnd(20)} ${phase.padEnd(13)} ${ours ? 'ours' : 'other'}\n`);
  }
  return 0;
}
