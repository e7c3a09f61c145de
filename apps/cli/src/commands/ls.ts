import { OWNER_LABEL } from '@clamshell/core';

import { writeJson } from '../output/json.ts';
import type { CommandContext } from '../perform.ts';

/** One sandbox a line on stdout: name, phase, and whether it is this installation's. */
export async function listCommand(context: CommandContext): Promise<number> {
  const { composition, streams, signal } = context;
  const sandboxes = (await composition.lifecycle.list({ signal })).map(({ id, name, phase, labels }) => {
    return { id, name, phase, ours: labels[OWNER_LABEL] === composition.installation };
  });
  if (context.json) {
    writeJson(streams, { provider: context.provider, sandboxes });
    return 0;
  }
  for (const { name, phase, ours } of sandboxes) {
    streams.stdout.write(`${name.padEnd(20)} ${phase.padEnd(13)} ${ours ? 'ours' : 'other'}\n`);
  }
  return 0;
}
