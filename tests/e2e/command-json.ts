import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';

import type { Bench, World } from './clamshell.ts';

const SCHEMAS = path.resolve(import.meta.dirname, '../../apps/cli/schema');

const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true });
for (const file of readdirSync(SCHEMAS)) {
  ajv.addSchema(JSON.parse(readFileSync(path.join(SCHEMAS, file), 'utf8')) as object, file);
}

export interface JsonResult {
  readonly code: number | null;
  readonly stderr: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** Runs a command with --json and holds what it prints to its published schema. */
export async function runForJson(
  bench: Bench,
  command: string,
  options: JsonOptions = {},
): Promise<JsonResult> {
  const { args = [], input, world } = options;
  const { code, stdout, stderr } = await bench.clamshell(
    [...command.split(' '), '--json', ...args],
    input,
    world,
  );
  const value = JSON.parse(stdout) as JsonResult['value'];
  checkJson(value['ok'] === false ? 'error' : command, value);
  return { code, stderr, value };
}

interface JsonOptions {
  readonly args?: readonly string[];
  readonly input?: string;
  readonly world?: World;
}

/** Throws where `value` is not what `schema/COMMAND.json` says. */
export function checkJson(command: string, value: unknown): void {
  const name = `${command.replace(' ', '-')}.json`;
  if (ajv.validate(name, value)) return;
  throw new Error(`${name}: ${ajv.errorsText()}: ${JSON.stringify(value)}`);
}
