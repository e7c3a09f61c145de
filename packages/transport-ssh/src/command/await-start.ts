import { CommandError, redact } from '@clamshell/core';

import type { ByteSource } from './read-bytes.ts';

/** A login profile may print this much before the command begins (hostile-input row 77). */
const MAX_NOISE_BYTES = 64 * 1024;

const MAX_LINE_BYTES = 64;
const QUOTED_NOISE = 300;

/** What `kill` is given: a process group as `-123`, or one process as `123` where no group could be made. */
export type KillTarget = string;

interface Outputs {
  readonly stdout: ByteSource;
  readonly stderr: ByteSource;
}

/**
 * Reads both outputs up to the marks of a ready shell, and says how it is signalled. Throws COMMAND_NOT_STARTED when a
 * mark does not come.
 */
export async function awaitReady(outputs: Outputs, mark: string): Promise<KillTarget> {
  const said = await skipToMarks(outputs, mark);
  const [, kind, pid] = /^ (group|alone) ([1-9][0-9]{0,9})$/.exec(said) ?? [];
  // 1 would signal everything there is.
  if (pid === undefined || pid === '1') throw notStarted('its mark is malformed', said);
  return kind === 'group' ? `-${pid}` : pid;
}

/** Reads both outputs up to where the command's own begin. */
export async function awaitStarted(outputs: Outputs, mark: string): Promise<void> {
  await skipToMarks(outputs, mark);
}

/** What stdout's mark says. That on stderr is printed first: its absence shows before a command can have begun. */
async function skipToMarks({ stdout, stderr }: Outputs, mark: string): Promise<string> {
  const [said, complained] = await Promise.all([skipNoise(stdout, mark), skipNoise(stderr, mark)]);
  if (said.line === undefined || complained.line === undefined)
    throw notStarted('the shell ended first', `${complained.noise}\n${said.noise}`);
  return said.line;
}

interface Skipped {
  /** The rest of the line that the mark begins; missing when the output ended without one. */
  readonly line?: string;
  readonly noise: string;
}

async function skipNoise(source: ByteSource, mark: string): Promise<Skipped> {
  let seen = Buffer.alloc(0);
  for (;;) {
    const bytes = await source.read();
    if (bytes === undefined) return { noise: seen.toString('utf8') };
    seen = Buffer.concat([seen, bytes]);
    const found = findLine(seen, mark);
    if (found !== undefined) {
      source.unread(seen.subarray(found.end));
      return { line: found.line, noise: '' };
    }
    if (seen.length > MAX_NOISE_BYTES)
      throw notStarted('its login shell prints without end', seen.toString('utf8'));
  }
}

/** A mark that no line follows is noise too: a shell that traces itself prints its own arguments. */
function findLine(seen: Buffer, mark: string): { readonly line: string; readonly end: number } | undefined {
  for (let at = seen.indexOf(mark); at !== -1; at = seen.indexOf(mark, at + 1)) {
    const start = at + mark.length;
    const line = /^ (?:ready|started|group [0-9]+|alone [0-9]+)(?=\n)/.exec(
      seen.toString('latin1', start, start + MAX_LINE_BYTES),
    )?.[0];
    if (line !== undefined) return { line, end: start + line.length + 1 };
  }
  return undefined;
}

function notStarted(why: string, noise: string): CommandError {
  const quoted = redact(noise.trim().slice(-QUOTED_NOISE));
  return new CommandError(
    'COMMAND_NOT_STARTED',
    `The command did not start: ${why}${quoted === '' ? '' : `: ${quoted}`}`,
    {
      hint: 'Look at what the sandbox’s shell profile prints or runs.',
    },
  );
}
