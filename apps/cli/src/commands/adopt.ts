import {
  LifecycleError,
  OWNER_LABEL,
  parseSandboxName,
  type SandboxId,
  type SandboxInfo,
  type SandboxName,
  SyncError,
} from '@clamshell/core';

import type { Composition } from '../compose.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** A person's word that this sandbox belongs to the workspace, though it carries no label of ours. */
export async function adoptCommand(context: CommandContext): Promise<number> {
  const composition = await context.compose();
  const name = parseSandboxName(context.input.args[0] ?? '');
  const seen = await composition.lifecycle.inspect(name, { signal: context.signal });
  if (seen.phase === 'absent') throw new LifecycleError('SANDBOX_NOT_FOUND', `There is no sandbox ${name}`);
  rejectForeign(seen, composition.installation);
  const { key } = await composition.locate(await context.choice());
  await register(composition, key, { name, id: seen.id });
  context.reporter.note(
    `${name} belongs to this workspace now; the next sync merges both, and deletes nothing`,
  );
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox: name, id: seen.id });
  return 0;
}

function rejectForeign({ name, labels }: SandboxInfo, installation: string): void {
  const owner = labels[OWNER_LABEL];
  if (owner === undefined || owner === installation) return;
  throw new LifecycleError('SANDBOX_OWNED_BY_OTHER', `Sandbox ${name} carries another installation’s label`);
}

async function register(
  { store }: Composition,
  key: string,
  { name, id }: { readonly name: SandboxName; readonly id: SandboxId },
): Promise<void> {
  await store.update(key, (current) => {
    if (current?.sandboxId === id) return current;
    if (current?.owed === true) {
      const message = `Sandbox ${current.sandboxName} may hold what this host has not seen`;
      throw new SyncError('SYNC_HALTED', message, { hint: 'Bring it home first: clamshell sync' });
    }
    return { sandboxName: name, sandboxId: id, owed: false, runs: [] };
  });
}
