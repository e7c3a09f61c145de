import { readFileSync } from 'node:fs';

import { parse } from 'yaml';

import { ConfigError } from '@clamshell/core';

import { type Policy, policySchema } from './policy-schema.ts';

const MAX_POLICY_BYTES = 256 * 1024;

/** Throws CONFIG_INVALID, naming the key, for one that is unknown and for whatever this gateway can't enforce. */
export function readPolicy(file: string): Policy {
  const parsed = policySchema.safeParse(parseYaml(file));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'policy'}: ${message}`);
  throw new ConfigError(
    'CONFIG_INVALID',
    `policy '${file}' can't be enforced by the local gateway: ${issues.join('; ')}`,
  );
}

function parseYaml(file: string): unknown {
  try {
    const text = readFileSync(file, 'utf8');
    if (text.length > MAX_POLICY_BYTES)
      throw new ConfigError('CONFIG_INVALID', `policy '${file}' is too large`);
    return parse(text, { maxAliasCount: 10 });
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError('CONFIG_INVALID', `failed to read policy '${file}': ${why}`, { cause });
  }
}
