import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { FsError } from '@clamshell/core';

import { readConfigFile } from '../config/config-file.ts';
import { readFlags } from '../config/layers.ts';
import { TrustStore } from '../config/trust-store.ts';
import { CONFIG_FILE } from '../config/workspace.ts';
import type { CommandContext } from '../context.ts';
import { writeJson } from '../output/json.ts';

/** Writes the flags down. Who writes the file has looked at it: it is trusted as it is. */
export async function initCommand(context: CommandContext): Promise<number> {
  const { environment, input, reporter } = context;
  const file = path.resolve(environment.cwd, input.text('dir') ?? '.', CONFIG_FILE);
  const values = Object.fromEntries(readFlags(input).map(({ key, value }) => [key, value]));
  try {
    await writeFile(file, `${JSON.stringify(values, undefined, 2)}\n`, { flag: 'wx' });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    throw new FsError('FILE_EXISTS', `There is a configuration already: ${file}`, {
      hint: 'Edit it, or remove it first.',
      cause,
    });
  }
  const { configFile = file } = await context.workspace();
  await new TrustStore(environment).add(await readConfigFile(configFile));
  await context.settings();
  reporter.note(`wrote ${file}; see: clamshell config show`);
  writeJson(context, { file });
  return 0;
}
