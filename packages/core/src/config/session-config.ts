import path from 'node:path';

import { z } from 'zod';

import { ConfigError } from '../errors/clamshell-error.ts';
import { parseRemotePath, type RemotePath } from '../paths/paths.ts';

const nonEmpty = (key: string) =>
  z.string(`${key} must be a non-empty string`).trim().min(1, `${key} must be a non-empty string`);

const writtenSchema = z.strictObject({
  provider: z.enum(['openshell', 'local'], 'provider must be one of openshell, local').optional(),
  command: nonEmpty('command').optional(),
  gateway: nonEmpty('gateway').optional(),
  workspace: nonEmpty('workspace').optional(),
  from: nonEmpty('from').optional(),
  policy: nonEmpty('policy').optional(),
  remoteWorkspaceDir: nonEmpty('remoteWorkspaceDir').optional(),
  timeoutSeconds: z
    .number('timeoutSeconds must be a number between 1 and 2147000')
    .min(1, 'timeoutSeconds must be a number between 1 and 2147000')
    .max(2_147_000, 'timeoutSeconds must be a number between 1 and 2147000')
    .optional(),
});

/** Settings as a person writes them: every key optional, unknown ones refused by name. */
export type WrittenConfig = z.input<typeof writtenSchema>;

/** Settings as the packages use them: every default filled in. `workspace` is OpenShell's notion. */
export interface ResolvedConfig {
  readonly provider: 'openshell' | 'local';
  readonly command: string;
  readonly gateway: string | undefined;
  readonly workspace: string;
  readonly from: string | undefined;
  readonly policy: string | undefined;
  readonly remoteWorkspaceDir: RemotePath;
  /** How long one gateway command may take. */
  readonly timeoutMs: number;
}

/** Throws CONFIG_INVALID with one message per broken rule. */
export function resolveConfig(written: unknown): ResolvedConfig {
  const parsed = writtenSchema.safeParse(written);
  if (!parsed.success) {
    throw new ConfigError('CONFIG_INVALID', parsed.error.issues.map(describeIssue).join('; '));
  }
  const { provider, command, gateway, workspace, from, policy, remoteWorkspaceDir, timeoutSeconds } =
    parsed.data;
  return {
    provider: provider ?? 'local',
    command: command ?? 'openshell',
    gateway,
    workspace: workspace ?? 'default',
    from,
    policy,
    remoteWorkspaceDir: parseRemoteRoot('remoteWorkspaceDir', remoteWorkspaceDir ?? '/sandbox'),
    timeoutMs: (timeoutSeconds ?? 120) * 1000,
  };
}

function describeIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `unknown config key: ${key}`).join('; ');
  return issue.path.length === 0 ? 'expected config object' : issue.message;
}

function parseRemoteRoot(key: string, value: string): RemotePath {
  if (!path.posix.isAbsolute(value)) {
    throw new ConfigError('CONFIG_INVALID', `OpenShell ${key} must be absolute: ${value}`);
  }
  const normal = path.posix.normalize(value).replace(/\/+$/, '');
  if (!/^\/(?:sandbox|agent)(?:\/|$)/.test(normal)) {
    throw new ConfigError('CONFIG_INVALID', `OpenShell ${key} must stay under /sandbox or /agent: ${value}`);
  }
  return parseRemotePath(normal);
}
