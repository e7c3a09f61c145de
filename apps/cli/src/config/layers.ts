import path from 'node:path';

import type { CommandInput } from '../command-input.ts';
import type { Environment } from '../environment.ts';
import type { Layer } from './config-file.ts';
import { type ConfigKey, listConfigKeys, variableOf } from './keys.ts';

export interface WrittenValue {
  /** Dotted. */
  readonly key: string;
  readonly value: unknown;
  /** In words: `--gateway`, `CLAMSHELL_GATEWAY`, `clamshell.json`, `profile ci`. */
  readonly origin: string;
}

/** What a file says; relative paths are meant from where they are written down. */
export function readLayer(layer: Layer, { origin, root }: { origin: string; root: string }): WrittenValue[] {
  const place = (key: string, value: unknown) => {
    const isPath =
      PATHS.has(key) || (COMMANDS.has(key) && typeof value === 'string' && /^\.\.?\//.test(value));
    return isPath && typeof value === 'string' ? path.resolve(root, value) : value;
  };
  return [...layer].map(([key, value]) => ({ key, value: place(key, value), origin }));
}

const PATHS = new Set(['policy', 'ssh.identity', 'ssh.knownHosts']);
/** Only a path where it looks like one. */
const COMMANDS = new Set(['command', 'from']);

/** `CLAMSHELL_*`: lists are separated by commas, flags are `true` or `false`. */
export function readVariables({ variables }: Environment): WrittenValue[] {
  if (!Object.keys(variables).some((name) => name.startsWith('CLAMSHELL_'))) return [];
  return listConfigKeys().flatMap(({ key, kind }) => {
    const origin = variableOf(key);
    const text = variables[origin];
    return text === undefined || text === '' ? [] : [{ key, value: parseText(text, kind), origin }];
  });
}

/** What is no number or flag stays text, for the rule of its key to refuse by name. */
function parseText(text: string, kind: ConfigKey['kind']): unknown {
  switch (kind) {
    case 'number':
      return Number.isNaN(Number(text)) ? text : Number(text);
    case 'flag':
      return text === 'true' || text === 'false' ? text === 'true' : text;
    case 'list':
      return text.split(',');
    case 'text':
      return text;
  }
}

/** What the common flags say. */
export function readFlags(input: CommandInput): WrittenValue[] {
  const timeout = input.text('timeout');
  const values: readonly (readonly [string, string, unknown])[] = [
    ['provider', '--provider', input.text('provider')],
    ['gateway', '--gateway', input.text('gateway')],
    ['timeoutSeconds', '--timeout', timeout === undefined ? undefined : Number(timeout)],
  ];
  return values.flatMap(([key, origin, value]) => (value === undefined ? [] : [{ key, value, origin }]));
}
