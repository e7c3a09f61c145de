import { readdir } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { COMMANDS } from '../table/commands.ts';
import { COMMON_OPTIONS } from '../table/common-options.ts';
import { renderReference, schemaOf } from './render-reference.ts';

test('docs/cli.md says what the command table says (renew it with: vitest run apps/cli -u)', async () => {
  const file = path.resolve(import.meta.dirname, '../../../../docs/cli.md');
  await expect(renderReference({ commands: COMMANDS, common: COMMON_OPTIONS })).toMatchFileSnapshot(file);
});

test('each command has a schema of its JSON, and a failure has one', async () => {
  const files = await readdir(path.resolve(import.meta.dirname, '../../schema'));
  expect(files.sort()).toEqual([...COMMANDS.map(({ name }) => schemaOf(name)), 'error.json'].sort());
});
