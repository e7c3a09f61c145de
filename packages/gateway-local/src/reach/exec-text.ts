import { ConfigError } from '@clamshell/core';

export interface ExecRequest {
  readonly argv: readonly string[];
  readonly workdir: string | undefined;
  readonly env: readonly string[];
}

/** Limits of openshell §1.10, in bytes but for the first. */
const MAX_ARGUMENTS = 1024;
const MAX_ARGUMENT_BYTES = 32 * 1024;
const MAX_TOTAL_BYTES = 256 * 1024;
const MAX_WORKDIR_BYTES = 4096;

/**
 * The text that a login shell is given: `cd WD && K='v' cmd 'args'`, so that a variable binds to that one command only.
 * Throws CONFIG_INVALID in the gateway's way.
 */
export function execText({ argv, workdir, env }: ExecRequest): string {
  const total = argv.reduce((sum, word) => sum + Buffer.byteLength(word), 0);
  if (argv.length > MAX_ARGUMENTS) throw invalid(`command has more than ${MAX_ARGUMENTS} arguments`);
  if (argv.some((word) => Buffer.byteLength(word) > MAX_ARGUMENT_BYTES))
    throw invalid(`command argument exceeds ${MAX_ARGUMENT_BYTES} bytes`);
  if (total > MAX_TOTAL_BYTES) throw invalid(`command exceeds ${MAX_TOTAL_BYTES} bytes`);
  if (workdir !== undefined && Buffer.byteLength(workdir) > MAX_WORKDIR_BYTES)
    throw invalid(`workdir exceeds ${MAX_WORKDIR_BYTES} bytes`);
  const assignments = env.map(assignment);
  const command = [...assignments, ...argv.map(quote)].join(' ');
  return workdir === undefined ? command : `cd ${quote(workdir)} && ${command}`;
}

function assignment(pair: string): string {
  const [, key, value] = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(pair) ?? [];
  if (key === undefined || value === undefined) throw invalid(`invalid --env: '${pair}' is not KEY=VALUE`);
  return `${key}=${quote(value)}`;
}

/** As in the tool's SSH configuration. */
export function quote(word: string): string {
  return /^[A-Za-z0-9./_-]+$/.test(word) ? word : `'${word.replaceAll("'", `'"'"'`)}'`;
}

function invalid(message: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', message);
}
