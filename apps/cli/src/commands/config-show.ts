import { redact } from '@clamshell/core';

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
    streams.stdout.write(`${key.padEnd(20)} ${text.padEnd(24)} ${redact(origin)}\n`);
  }
  context.reporter.note(`workspace ${root}, profile ${settings.profile}`);
  return 0;
}

interface ShownValue {
  readonly key: string;
  readonly value: unknown;
  readonly origin: string;
}

function listValues({ config, written }: Settings): ShownValue[] {
  const origins = new Map(written.map(({ key, origin }) => [key, origin]));
  return Object.entries(config).map(([name, value]) => {
    const [key, shown] =
      name === 'timeoutMs' ? ['timeoutSeconds', config.timeoutMs / 1000] : [name, value as unknown];
    return { key, value: shown, origin: origins.get(key) ?? 'default' };
  });
}
