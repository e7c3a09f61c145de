import { ConfigError } from '@clamshell/core';

import { type ConfigFile, guardedKeys, type Layer, readConfigFile } from '../config/config-file.ts';
import { resolveWritten } from '../config/settings.ts';
import { TrustStore } from '../config/trust-store.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Rejects with CONFIG_INVALID, naming the profile, where one of them could not be used. */
export async function configValidateCommand(context: CommandContext): Promise<number> {
  const { environment, reporter } = context;
  const { root, configFile } = await context.workspace();
  if (configFile === undefined) {
    throw new ConfigError('CONFIG_INVALID', `There is no clamshell.json of yours in ${root} or above`, {
      hint: 'Write one with: clamshell init',
    });
  }
  const file = await readConfigFile(configFile);
  const profiles = checkProfiles(file);
  const guarded = guardedKeys(file);
  const trusted = guarded.length === 0 || (await new TrustStore(environment).has(file));
  reporter.note(`${configFile} is valid, with the profiles ${profiles.join(', ')}`);
  if (!trusted) reporter.note(`before it counts, trust it: it sets ${guarded.join(', ')}`);
  writeJson(context, { file: configFile, profiles, guarded, trusted });
  return 0;
}

function checkProfiles({ base, profiles, path }: ConfigFile): string[] {
  const all = new Map<string, Layer>([['default', new Map()], ...profiles]);
  for (const [name, layer] of all) {
    try {
      const written = [...base, ...layer].map(([key, value]) => ({ key, value }));
      resolveWritten(written, 'local');
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new ConfigError('CONFIG_INVALID', `${path}: profile ${name}: ${why}`, { cause });
    }
  }
  return [...all.keys()];
}
