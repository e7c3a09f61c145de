import { ConfigError, type Session } from '@clamshell/core';

import type { CommandContext } from '../context.ts';
import { syncToJson, writeJson } from '../output/json.ts';
import { reportSync } from '../output/report-sync.ts';

const WORDS = { retry: 'retry', takeHost: 'take-host', takeSandbox: 'take-sandbox' } as const;

/** A person's word after a halt, and the sync that follows from it. */
export async function resumeCommand(context: CommandContext): Promise<number> {
  const word = chooseWord(context);
  const { progress, signal } = context;
  const { session, sandbox } = await context.open();
  await using _session = session;
  progress.begin('resume');
  const outcome = await session.resume(word, { signal, progress: progress.update });
  reportSync(context, outcome);
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, sandbox, word, ...syncToJson(outcome) });
  return 0;
}

/** Throws CONFIG_INVALID unless exactly one was said. */
function chooseWord({ input }: CommandContext): Parameters<Session['resume']>[0] {
  const [word, ...others] = Object.entries(WORDS)
    .filter(([flag]) => input.flag(flag))
    .map(([, each]) => each);
  if (word !== undefined && others.length === 0) return word;
  throw new ConfigError('CONFIG_INVALID', 'Say how to go on', {
    hint: 'Give one of --retry, --take-host and --take-sandbox.',
  });
}
