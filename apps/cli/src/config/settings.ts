import path from 'node:path';

import { ConfigError, resolveConfig, type ResolvedConfig } from '@clamshell/core';

import type { CommandInput } from '../command-input.ts';
import type { Environment } from '../environment.ts';
import { findActiveGateway } from './active-gateway.ts';
import { type ConfigFile, guardedKeys, type Layer } from './config-file.ts';
import { CONFIG_KEYS, variableOf } from './keys.ts';
import type { Workspace } from './workspace.ts';

export interface Settings {
  readonly profile: string;
  readonly file: ConfigFile | undefined;
  readonly config: ResolvedConfig;
  /** Each key that was set, with its value as written and where that came from. */
  readonly written: readonly WrittenValue[];
}

export interface WrittenValue {
  readonly key: string;
  readonly value: unknown;
  /** In words: `--gateway`, `CLAMSHELL_GATEWAY`, `clamshell.json`, `profile ci`, `no active gateway`. */
  readonly origin: string;
}

interface SettingsInput {
  readonly input: CommandInput;
  readonly environment: Environment;
  readonly workspace: Workspace;
}

/** Flags over variables over the profile over the file over the defaults. Throws CONFIG_INVALID, CONFIG_UNTRUSTED. */
export async function readSettings({ input, environment, workspace }: SettingsInput): Promise<Settings> {
  const profile = input.text('profile') ?? environment.variables['CLAMSHELL_PROFILE'] ?? 'default';
  const file = await readTrustedFile({ input, environment, workspace });
  const chosen = file?.profiles[profile];
  if (chosen === undefined && profile !== 'default' && file !== undefined) {
    throw new ConfigError('CONFIG_INVALID', `${file.path} has no profile ${profile}`);
  }
  const written = overlay([
    await chooseProvider(environment),
    ...fromLayer(file?.base ?? {}, { origin: 'clamshell.json', root: workspace.root }),
    ...fromLayer(chosen ?? {}, { origin: `profile ${profile}`, root: workspace.root }),
    ...fromVariables(environment),
    ...readFlags(input),
  ]);
  const config = resolveConfig(Object.fromEntries(written.map(({ key, value }) => [key, value])));
  return { profile, file, config, written };
}

async function readTrustedFile({
  input,
  environment,
  workspace,
}: SettingsInput): Promise<ConfigFile | undefined> {
  if (workspace.configFile === undefined || input.isOff('config')) return undefined;
  const { readConfigFile } = await import('./config-file.ts');
  const file = await readConfigFile(workspace.configFile);
  const guarded = guardedKeys(file);
  if (guarded.length === 0) return file;
  const { TrustStore } = await import('./trust-store.ts');
  if (await new TrustStore(environment).has(file)) return file;
  const message = `${file.path} sets what is executed or trusted (${guarded.join(', ')}), and nobody has said that it may`;
  throw new ConfigError('CONFIG_UNTRUSTED', message);
}

/** Never after a failure: what is there now decides, and it is always said. */
async function chooseProvider(environment: Environment): Promise<WrittenValue> {
  const active = await findActiveGateway(environment);
  return active === undefined
    ? { key: 'provider', value: 'local', origin: 'no gateway is active' }
    : { key: 'provider', value: 'openshell', origin: active };
}

/** A later value replaces an earlier one of its key. */
function overlay(values: readonly WrittenValue[]): WrittenValue[] {
  return [...new Map(values.map((value) => [value.key, value])).values()];
}

function fromLayer(layer: Layer, { origin, root }: { origin: string; root: string }): WrittenValue[] {
  // A relative policy file is meant from where it is written down.
  const place = (key: string, value: unknown) =>
    key === 'policy' && typeof value === 'string' ? path.resolve(root, value) : value;
  return Object.entries(layer).map(([key, value]) => ({ key, value: place(key, value), origin }));
}

function fromVariables({ variables }: Environment): WrittenValue[] {
  return Object.entries(CONFIG_KEYS).flatMap(([key, { kind }]) => {
    const text = variables[variableOf(key)];
    if (text === undefined || text === '' || kind === 'object') return [];
    return [{ key, value: kind === 'number' ? Number(text) : text, origin: variableOf(key) }];
  });
}

/** What the common flags say, by configuration key. */
export function readFlags(input: CommandInput): WrittenValue[] {
  const values: readonly (readonly [string, string, unknown])[] = [
    ['provider', '--provider', input.text('provider')],
    ['gateway', '--gateway', input.text('gateway')],
    [
      'timeoutSeconds',
      '--timeout',
      input.text('timeout') === undefined ? undefined : Number(input.text('timeout')),
    ],
  ];
  return values.flatMap(([key, origin, value]) => (value === undefined ? [] : [{ key, value, origin }]));
}
