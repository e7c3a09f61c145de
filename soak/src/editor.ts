import { setTimeout } from 'node:timers/promises';

import { chooseWorkspace, count, type Field } from './agents.ts';
import { chooseEdits, describeEdit } from './edits.ts';
import { bendTime, editHost } from './host-side.ts';
import type { Random } from './random.ts';

/** A person at the host’s side of every workspace, who never waits for anything. */
export async function edit(field: Field, random: Random): Promise<void> {
  const { arena, ledger, stop } = field;
  while (!stop.aborted) {
    const workspace = chooseWorkspace(random, field.workspaces);
    const root = arena.workspace(workspace);
    for (const one of chooseEdits(random, ledger, { workspace, side: 'h', most: 2 })) {
      const isDone = editHost(root, one);
      count(field, 'host edit');
      ledger.note(workspace, `host: ${describeEdit(one)}${isDone ? '' : ' (refused)'}`);
      if (isDone && (one.kind === 'write' || one.kind === 'append'))
        ledger.acknowledge(workspace, [one.token]);
      if (isDone && random.chance(0.1))
        bendTime(root, one.path, random.pick([0, 1_000_000_000, 4_000_000_000]));
    }
    await setTimeout(random.between(20, 150));
  }
}
