import {
  FsError,
  isClamshellError,
  type OpenRun,
  parseSandboxName,
  type SandboxId,
  type SessionRecord,
} from '@clamshell/core';

const VERSION = 1;

type Fields = Readonly<Record<string, unknown>>;

/** The text of a record's file. `key` is in it for people: the file's name is only its digest. */
export function formatSessionRecord(
  key: string,
  { sandboxName, sandboxId, owed, runs }: SessionRecord,
): string {
  const record = { sandboxName, sandboxId, owed, runs: runs.map(({ id, owner }) => ({ id, owner })) };
  return `${JSON.stringify({ version: VERSION, key, record }, undefined, 2)}\n`;
}

/** Throws STATE_INVALID for anything that `formatSessionRecord` does not write for this key. */
export function parseSessionRecord(
  text: string,
  { key, file }: { key: string; file: string },
): SessionRecord {
  try {
    const { version, key: writtenKey, record } = asFields(JSON.parse(text));
    if (version !== VERSION || writtenKey !== key) throw broken('version or key');
    return toRecord(asFields(record));
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !isClamshellError(cause)) throw cause;
    throw new FsError('STATE_INVALID', `${file} is not a session record: ${cause.message}`, { cause });
  }
}

function toRecord({ sandboxName, sandboxId, owed, runs }: Fields): SessionRecord {
  if (typeof owed !== 'boolean') throw broken('owed');
  if (!Array.isArray(runs)) throw broken('runs');
  return {
    sandboxName: parseSandboxName(asText(sandboxName, 'sandboxName')),
    sandboxId: asText(sandboxId, 'sandboxId') as SandboxId,
    owed,
    runs: runs.map(toRun),
  };
}

function toRun(run: unknown): OpenRun {
  const { id, owner } = asFields(run);
  return { id: asText(id, 'run id'), owner: asText(owner, 'run owner') };
}

function asFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw broken('an object');
  return value as Fields;
}

function asText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw broken(name);
  return value;
}

function broken(name: string): FsError {
  return new FsError('STATE_INVALID', `${name} is missing or wrong`);
}
