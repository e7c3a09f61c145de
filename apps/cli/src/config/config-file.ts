import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import { type ParseError, parse, printParseErrorCode } from 'jsonc-parser';

import { ConfigError } from '@clamshell/core';

import { isGuarded } from './keys.ts';

export interface ConfigFile {
  readonly path: string;
  /** SHA-256 of its bytes, in hex. */
  readonly digest: string;
  /** What counts in every profile. */
  readonly base: Layer;
  readonly profiles: Readonly<Record<string, Layer>>;
}

export type Layer = Readonly<Record<string, unknown>>;

/** JSON with comments. Throws CONFIG_INVALID with line and column. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const bytes = await readFile(path);
  const { $schema: _schema, profiles = {}, ...base } = parseObject(bytes.toString('utf8'), path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { path, digest, base, profiles: parseProfiles(profiles, path) };
}

/** Keys of the file, in any profile, that choose what is executed or trusted. */
export function guardedKeys({ base, profiles }: ConfigFile): string[] {
  const keys = [base, ...Object.values(profiles)].flatMap(Object.keys);
  return [...new Set(keys)].filter(isGuarded).sort();
}

function parseObject(text: string, path: string): Layer {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined) {
    const at = positionOf(text, error.offset);
    throw new ConfigError('CONFIG_INVALID', `${path}:${at}: ${printParseErrorCode(error.error)}`);
  }
  return asLayer(value, path);
}

function positionOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

function parseProfiles(value: unknown, path: string): Record<string, Layer> {
  const layers = Object.entries(asLayer(value, `${path}: profiles`));
  return Object.fromEntries(
    layers.map(([name, layer]) => [name, asLayer(layer, `${path}: profile ${name}`)]),
  );
}

/** The parser sets `__proto__` as a prototype: what an object inherits is none of its keys, and is refused. */
function asLayer(value: unknown, where: string): Layer {
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) throw new ConfigError('CONFIG_INVALID', `${where}: expected an object`);
  return value as Layer;
}
