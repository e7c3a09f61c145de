import path from 'node:path';

import type { z } from 'zod';

import { ConfigError } from '../errors/clamshell-error.ts';
import { parseRemotePath, type RemotePath } from '../paths/paths.ts';
import { SSH_DESTINATION, writtenSchema } from './written-schema.ts';

/** Where sandboxes come from: an OpenShell gateway, this machine, or a machine that is there already. */
export type Provider = 'openshell' | 'local' | 'ssh';

/** Settings as the packages use them: every default filled in, times in milliseconds, sizes in bytes. */
export interface ResolvedConfig {
  readonly provider: Provider;
  readonly mode: 'mirror' | 'remote';
  readonly command: string;
  readonly gateway: string | undefined;
  readonly gatewayEndpoint: string | undefined;
  /** OpenShell's notion; `undefined` leaves it to the `openshell` command. */
  readonly workspace: string | undefined;
  readonly from: string;
  readonly policy: string | undefined;
  readonly providers: readonly string[];
  readonly gpu: boolean;
  readonly autoProviders: boolean;
  readonly remoteWorkspaceDir: RemotePath;
  readonly remoteAgentWorkspaceDir: RemotePath;
  /** How long one gateway command may take. */
  readonly timeoutMs: number;
  readonly mirror: MirrorConfig;
  readonly ssh: SshConfig;
  readonly exec: ExecConfig;
}

export interface MirrorConfig {
  /** Patterns in gitignore syntax, as those of `protect`. */
  readonly exclude: readonly string[];
  readonly protect: readonly string[];
  readonly conflicts: 'host' | 'sandbox';
  readonly limits: { readonly maxFiles: number; readonly maxBytes: number };
  readonly undo: { readonly keepRuns: number; readonly keepBytes: number };
}

export interface SshConfig {
  /** Present where the provider is `ssh`. */
  readonly destination: SshDestination | undefined;
  readonly identity: string | undefined;
  readonly knownHosts: string | undefined;
  readonly multiplexing: boolean;
}

export interface SshDestination {
  readonly user: string | undefined;
  readonly host: string;
  readonly port: number | undefined;
}

export interface ExecConfig {
  readonly path: 'sandbox' | 'prepend' | 'host';
  readonly home: 'sandbox' | 'host';
  readonly killGraceMs: number;
}

/**
 * The one place that decides what a setting is when nobody wrote it, but for the provider: an app may know better, such
 * as that no gateway is active. Throws CONFIG_INVALID with one message per broken rule.
 */
export function resolveConfig(
  written: unknown = {},
  defaultProvider: Exclude<Provider, 'ssh'> = 'openshell',
): ResolvedConfig {
  const parsed = writtenSchema.safeParse(written);
  if (!parsed.success) {
    throw new ConfigError('CONFIG_INVALID', parsed.error.issues.flatMap(describeIssue).join('; '));
  }
  const { provider = defaultProvider, timeoutSeconds, mirror, ssh, exec, ...rest } = parsed.data;
  return {
    ...rest,
    provider,
    command: rest.command.trim(),
    gateway: rest.gateway?.trim(),
    gatewayEndpoint: rest.gatewayEndpoint?.trim(),
    workspace: rest.workspace,
    from: rest.from.trim(),
    policy: rest.policy?.trim(),
    providers: trimmed(rest.providers),
    remoteWorkspaceDir: remoteRoot(rest.remoteWorkspaceDir),
    remoteAgentWorkspaceDir: remoteRoot(rest.remoteAgentWorkspaceDir),
    timeoutMs: timeoutSeconds * 1000,
    mirror: resolveMirror(mirror),
    ssh: resolveSsh(ssh),
    exec: { path: exec.path, home: exec.home, killGraceMs: exec.killGraceSeconds * 1000 },
  };
}

function describeIssue(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code !== 'unrecognized_keys') return [issue.message];
  return issue.keys.map((key) => `unknown config key: ${[...issue.path, key].join('.')}`);
}

type Parsed = z.output<typeof writtenSchema>;

const MIB = 1024 * 1024;

function resolveMirror({ exclude, protect, conflicts, limits, undo }: Parsed['mirror']): MirrorConfig {
  return {
    exclude,
    protect,
    conflicts,
    limits: { maxFiles: limits.maxFiles, maxBytes: limits.maxMegabytes * MIB },
    undo: { keepRuns: undo.keepRuns, keepBytes: undo.keepMegabytes * MIB },
  };
}

function resolveSsh({ destination, identity, knownHosts, multiplexing }: Parsed['ssh']): SshConfig {
  return {
    destination: destination === undefined ? undefined : parseDestination(destination),
    identity: identity?.trim(),
    knownHosts: knownHosts?.trim(),
    multiplexing,
  };
}

function parseDestination(text: string): SshDestination {
  const { user, address, host = '', port } = SSH_DESTINATION.exec(text)?.groups ?? {};
  return { user, host: address ?? host, port: port === undefined ? undefined : Number(port) };
}

/** Without repetitions, in the order of the first. */
function trimmed(words: readonly string[]): readonly string[] {
  return [...new Set(words.map((word) => word.trim()))];
}

function remoteRoot(value: string): RemotePath {
  return parseRemotePath(path.posix.normalize(value.trim()).replace(/\/+$/, ''));
}
