import { readFileSync } from 'node:fs';

import { parse } from 'yaml';
import * as z from 'zod';

import { ConfigError } from '@clamshell/core';

const MAX_POLICY_BYTES = 256 * 1024;

/** What the sandbox has anyway: naming it asks for nothing, naming anything else can't be granted. */
const READABLE = [
  '/usr',
  '/lib',
  '/bin',
  '/sbin',
  '/lib64',
  '/etc',
  '/proc',
  '/dev/urandom',
  '/app',
  '/var/log',
];
const WRITABLE = ['/sandbox', '/tmp', '/dev/null'];

const paths = (known: readonly string[], key: string) =>
  z.array(
    z.string().refine((path) => known.includes(path), `${key} names a path this gateway doesn't provide`),
  );

const policySchema = z.strictObject({
  version: z.literal(1),
  filesystem_policy: z
    .strictObject({
      include_workdir: z.literal(true, 'include_workdir: false is not supported').optional(),
      read_only: paths([...READABLE, ...WRITABLE], 'read_only').optional(),
      read_write: paths(WRITABLE, 'read_write').optional(),
    })
    .optional(),
  landlock: z.strictObject({ compatibility: z.enum(['best_effort', 'hard_requirement']) }).optional(),
  process: z
    .strictObject({
      run_as_user: z.literal('sandbox').optional(),
      run_as_group: z.literal('sandbox').optional(),
    })
    .optional(),
  network_policies: z
    .strictObject({}, 'network policies are not supported: the network is always closed')
    .optional(),
});

/** A policy this gateway enforces: the restrictive default of openshell §6, in whatever words. */
export type Policy = z.infer<typeof policySchema>;

/** Throws CONFIG_INVALID for a policy that asks for more than the sandbox has, or for less than it always has. */
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
