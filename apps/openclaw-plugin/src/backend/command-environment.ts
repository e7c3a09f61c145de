import { type ExecConfig, quoteWord } from '@clamshell/core';

export interface EnvironmentDeps {
  /** The PATH of OpenClaw's own process. */
  readonly hostPath: string;
  /** What the configuration gives every command (`docker.env`). */
  readonly configured: Readonly<Record<string, string>>;
  readonly policy: Pick<ExecConfig, 'path' | 'home'>;
}

export interface CommandEnvironment {
  readonly env: Readonly<Record<string, string>>;
  /** Directories for the front of the sandbox's own PATH. */
  readonly pathFirst: readonly string[];
}

/**
 * What of the environment that OpenClaw puts together belongs into the sandbox. It passes the host's PATH, and as HOME
 * the directory of each command: both would hide what the image has set up. By default they stay only where the
 * configuration gives them; of a PATH that was added to, the additions are kept.
 */
export function commandEnvironment(
  given: Readonly<Record<string, string>>,
  { hostPath, configured, policy }: EnvironmentDeps,
): CommandEnvironment {
  const { PATH = '', HOME, ...rest } = given;
  const home = policy.home === 'host' ? HOME : configured['HOME'];
  const isWhole = policy.path === 'host' || configured['PATH'] !== undefined;
  const onHost = new Set(policy.path === 'prepend' ? [] : hostPath.split(':'));
  return {
    env: { ...rest, ...(home !== undefined && { HOME: home }), ...(isWhole && { PATH }) },
    pathFirst: isWhole ? [] : PATH.split(':').filter((entry) => entry !== '' && !onHost.has(entry)),
  };
}

/** The command with what has to be said or set before it: in the sandbox's own shell, which knows its PATH. */
export function prefixCommand(
  command: string,
  { pathFirst, notice }: { readonly pathFirst: readonly string[]; readonly notice: string | undefined },
): string {
  const path = pathFirst.length === 0 ? [] : [`export PATH=${quoteWord(pathFirst.join(':'))}:"$PATH"`];
  const words = notice === undefined ? [] : [`printf '%s\\n' ${quoteWord(notice)} >&2`];
  return [...path, ...words, command].join('\n');
}
