import { redact } from '@clamshell/core';

import { listConfigKeys } from '../config/keys.ts';
import type { Settings } from '../config/settings.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Every setting as it counts here, with its origin. */
export async function configShowCommand(context: CommandContext): Promise<number> {
  const { streams } = context;
  const { root, configFile } = await context.workspace();
  const settings = await context.settings();
  const values = listValues(settings);
  writeJson(context, { workspace: root, file: configFile, profile: settings.profile, values });
  for (const { key, value, origin } of context.json ? [] : values) {
    const text = value === undefined ? '-' : redact(JSON.stringify(value));
    streams.stdout.write(`${key.padEnd(26)} ${text.padEnd(24)} ${redact(origin)}\n`);
  }
  context.reporter.note(`workspace ${root}, profile ${settings.profile}`);
  return 0;
}

interface ShownValue {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

function listValues({ config, written, providerOrigin }: Settings): ShownValue[] {
  const set = new Map(written.map((each) => [each.key, each]));
  return listConfigKeys().map(({ key, fallback }) => {
    if (key === 'provider') return { key, value: config.provider, origin: providerOrigin };
    return set.get(key) ?? { key, value: fallback, origin: 'default' };
  });
}
