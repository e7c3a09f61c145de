import { ConfigError, resolveConfig, type ResolvedConfig } from '@clamshell/core';

import type { CommandInput } from '../command-input.ts';
import type { Environment } from '../environment.ts';
import { chooseProvider, type DefaultProvider } from './active-gateway.ts';
import { type ConfigFile, guardedKeys, type Layer } from './config-file.ts';
import { readFlags, readLayer, readVariables, type WrittenValue } from './layers.ts';
import type { Workspace } from './workspace.ts';

export interface Settings {
  readonly profile: string;
  readonly file: ConfigFile | undefined;
  readonly config: ResolvedConfig;
  /** Each key that was set, with its value as written and where that came from. */
  readonly written: readonly WrittenValue[];
  /** Why the provider is what it is. */
  readonly providerOrigin: string;
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
  const chosen = file?.profiles.get(profile);
  if (chosen === undefined && profile !== 'default' && file !== undefined) {
    throw new ConfigError('CONFIG_INVALID', `${file.path} has no profile ${profile}`);
  }
  const { root } = workspace;
  const written = overlay([
    ...readLayer(file?.base ?? NOTHING, { origin: 'clamshell.json', root }),
    ...readLayer(chosen ?? NOTHING, { origin: `profile ${profile}`, root }),
    ...readVariables(environment),
    ...readFlags(input),
  ]);
  const provider = await chooseProvider(environment);
  const config = resolveWritten(written, provider.value);
  const providerOrigin = written.find(({ key }) => key === 'provider')?.origin ?? provider.origin;
  return { profile, file, config, written, providerOrigin };
}

const NOTHING: Layer = new Map();

/** Throws CONFIG_INVALID. */
export function resolveWritten(
  written: readonly Pick<WrittenValue, 'key' | 'value'>[],
  provider: DefaultProvider['value'],
): ResolvedConfig {
  const config: Section = {};
  for (const { key, value } of written) put(config, key.split('.'), value);
  return resolveConfig(config, provider);
}

type Section = Record<string, unknown>;

/** Where a section was written as something else, that stands, for its rule to refuse. */
function put(section: Section, [name = '', ...inner]: readonly string[], value: unknown): void {
  if (inner.length === 0) section[name] = value;
  else if (typeof (section[name] ??= {}) === 'object') put(section[name] as Section, inner, value);
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

/** A later value replaces an earlier one of its key. */
function overlay(values: readonly WrittenValue[]): WrittenValue[] {
  return [...new Map(values.map((value) => [value.key, value])).values()];
}
