import type { Observation, SandboxName } from '@clamshell/core';

import type { CommandContext } from '../context.ts';

interface SeenSandbox {
  readonly key: string;
  readonly sandbox: SandboxName;
  readonly provider: string;
  readonly seen: Observation;
}

/** The workspace's sandbox as the gateway sees it now; changes nothing. */
export async function locateSandbox(context: CommandContext): Promise<SeenSandbox> {
  const composition = await context.compose();
  const { key, sandbox } = await composition.locate(await context.choice());
  const { config } = await context.settings();
  const seen = await composition.lifecycle.inspect(sandbox, { signal: context.signal });
  return { key, sandbox, provider: config.provider, seen };
}
