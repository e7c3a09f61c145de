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
  readonly profiles: ReadonlyMap<string, Layer>;
}

/** Settings as written, by dotted key. */
export type Layer = ReadonlyMap<string, unknown>;

/** JSON with comments. Throws CONFIG_INVALID with line and column. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  const bytes = await readFile(path);
  const {
    $schema: _schema,
    profiles = {},
    ...base
  } = asObject(parseText(bytes.toString('utf8'), path), path);
  const digest = createHash('sha256').update(bytes).digest('hex');
  const named = Object.entries(asObject(profiles, `${path}: profiles`)).map(([name, profile]) => {
    return [name, flatten(profile, `${path}: profile ${name}`)] as const;
  });
  return { path, digest, base: flatten(base, path), profiles: new Map(named) };
}

/** Keys of the file, in any profile, that choose what is executed or trusted. */
export function guardedKeys({ base, profiles }: ConfigFile): string[] {
  const keys = [base, ...profiles.values()].flatMap((layer) => [...layer.keys()]);
  return [...new Set(keys)].filter(isGuarded).sort();
}

function parseText(text: string, path: string): unknown {
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error === undefined) return value;
  const at = positionOf(text, error.offset);
  throw new ConfigError('CONFIG_INVALID', `${path}:${at}: ${printParseErrorCode(error.error)}`);
}

function positionOf(text: string, offset: number): string {
  const lines = text.slice(0, offset).split('\n');
  return `${lines.length}:${(lines.at(-1) ?? '').length + 1}`;
}

/** A section becomes the settings in it. */
function flatten(value: unknown, where: string): Layer {
  const settings = Object.entries(asObject(value, where)).flatMap(([name, inner]): [string, unknown][] => {
    if (name.includes('.')) throw new ConfigError('CONFIG_INVALID', `${where}: unknown config key: ${name}`);
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return [[name, inner]];
    return [...flatten(inner, `${where}: ${name}`)].map(([key, each]) => [`${name}.${key}`, each]);
  });
  return new Map(settings);
}

/** The parser sets `__proto__` as a prototype: what an object inherits is none of its keys, and is refused. */
function asObject(value: unknown, where: string): Readonly<Record<string, unknown>> {
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (!isPlain) throw new ConfigError('CONFIG_INVALID', `${where}: expected an object`);
  return value as Readonly<Record<string, unknown>>;
}
