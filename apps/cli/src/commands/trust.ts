import { ConfigError, escapeControls } from '@clamshell/core';

import { type ConfigFile, guardedKeys, readConfigFile } from '../config/config-file.ts';
import { TrustStore } from '../config/trust-store.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Records the file's digest, or forgets it. Shows on stdout what the file's guarded keys say. */
export async function trustCommand(context: CommandContext): Promise<number> {
  const { environment, input, reporter, streams } = context;
  const { root, configFile } = await context.workspace();
  if (configFile === undefined) {
    throw new ConfigError('CONFIG_INVALID', `There is no clamshell.json of yours in ${root} or above`, {
      hint: 'Write one with: clamshell init',
    });
  }
  const store = new TrustStore(environment);
  if (input.flag('revoke')) {
    const had = await store.remove(configFile);
    reporter.note(had ? `no longer trusted: ${configFile}` : `was not trusted: ${configFile}`);
    writeJson(context, { file: configFile, trusted: false, guarded: [] });
    return 0;
  }
  const file = await readConfigFile(configFile);
  const guarded = guardedKeys(file);
  await store.add(file);
  for (const line of context.json ? [] : describeGuarded(file, guarded)) streams.stdout.write(`${line}\n`);
  reporter.note(`trusted as it is now: ${configFile}`);
  writeJson(context, { file: configFile, trusted: true, guarded });
  return 0;
}

function describeGuarded({ base, profiles }: ConfigFile, guarded: readonly string[]): string[] {
  const layers = [['every profile', base] as const, ...profiles];
  return guarded.flatMap((key) =>
    layers
      .filter(([, layer]) => layer.has(key))
      .map(([name, layer]) => escapeControls(`${key} = ${JSON.stringify(layer.get(key))}  (${name})`)),
  );
}
