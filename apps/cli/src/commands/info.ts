import { escapeControls, OWNER_LABEL } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';
import { locateSandbox } from './locate-sandbox.ts';

/** What is known of the workspace's sandbox, here and at the gateway. */
export async function infoCommand(context: CommandContext): Promise<number> {
  const { key, sandbox, provider, seen } = await locateSandbox(context);
  const { store, installation } = await context.compose();
  const { config, profile } = await context.settings();
  const record = await store.read(key);
  const isThere = seen.phase !== 'absent';
  const facts = {
    workspace: (await context.workspace()).root,
    profile,
    provider,
    sandbox,
    phase: seen.phase,
    id: isThere ? seen.id : undefined,
    ours: isThere && seen.labels[OWNER_LABEL] === installation,
    remoteWorkspaceDir: config.remoteWorkspaceDir,
    owed: record?.owed ?? false,
    openRuns: record?.runs.length ?? 0,
  };
  writeJson(context, facts);
  for (const [name, value] of context.json ? [] : Object.entries(facts))
    context.streams.stdout.write(`${name.padEnd(20)} ${escapeControls(String(value ?? '-'))}\n`);
  return 0;
}
