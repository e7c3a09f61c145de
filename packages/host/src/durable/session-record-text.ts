import {
  type Discarded,
  FsError,
  isClamshellError,
  type OpenRun,
  parseSandboxName,
  type SandboxId,
  type SessionRecord,
} from '@clamshell/core';

/** Version 1 had neither leases nor anything below `runs`; it is read, and written anew as this one. */
const VERSION = 2;

type Fields = Readonly<Record<string, unknown>>;

/** The text of a record's file. `key` is in it for people: the file's name is only its digest. */
export function formatSessionRecord(key: string, record: SessionRecord): string {
  const { sandboxName, sandboxId, owed, runs, starts, seeded, removing, discarded } = record;
  const fields = {
    sandboxName,
    sandboxId,
    owed,
    runs: runs.map(({ id, owner, leaseUntilMs }) => ({ id, owner, leaseUntilMs })),
    starts,
    seeded,
    removing,
    discarded: discarded?.map(({ sandboxId: id, atMs, runs: lost }) => ({ sandboxId: id, atMs, runs: lost })),
  };
  return `${JSON.stringify({ version: VERSION, key, record: fields }, undefined, 2)}\n`;
}

/** Throws STATE_INVALID for anything that no version up to this one writes for this key. */
export function parseSessionRecord(
  text: string,
  { key, file }: { key: string; file: string },
): SessionRecord {
  try {
    const { version, key: writtenKey, record } = asFields(JSON.parse(text));
    checkVersion(version);
    if (writtenKey !== key) throw broken('key');
    return toRecord(asFields(record));
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !isClamshellError(cause)) throw cause;
    throw new FsError('STATE_INVALID', `${file} is not a session record: ${cause.message}`, {
      ...(isClamshellError(cause) && { hint: cause.hint }),
      cause,
    });
  }
}

function checkVersion(version: unknown): void {
  if (!Number.isSafeInteger(version) || Number(version) < 1) throw broken('version');
  if (Number(version) > VERSION) {
    throw new FsError(
      'STATE_INVALID',
      `it has version ${Number(version)}, and this program knows up to ${VERSION}`,
      {
        hint: 'A newer Clamshell wrote it: use that one, or bring the workspace home with it first.',
      },
    );
  }
}

function toRecord(fields: Fields): SessionRecord {
  const { owed, runs, starts, seeded, removing, discarded } = fields;
  return {
    sandboxName: parseSandboxName(asText(fields['sandboxName'], 'sandboxName')),
    sandboxId: asText(fields['sandboxId'], 'sandboxId') as SandboxId,
    owed: asFlag(owed, 'owed'),
    runs: asList(runs, 'runs').map(toRun),
    ...(starts !== undefined && { starts: asCount(starts, 'starts') }),
    ...(seeded !== undefined && { seeded: asFlag(seeded, 'seeded') }),
    ...(removing !== undefined && { removing: asText(removing, 'removing') }),
    ...(discarded !== undefined && { discarded: asList(discarded, 'discarded').map(toDiscarded) }),
  };
}

function toRun(run: unknown): OpenRun {
  const { id, owner, leaseUntilMs } = asFields(run);
  return {
    id: asText(id, 'run id'),
    owner: asText(owner, 'run owner'),
    ...(leaseUntilMs !== undefined && { leaseUntilMs: asCount(leaseUntilMs, 'run lease') }),
  };
}

function toDiscarded(entry: unknown): Discarded {
  const { sandboxId, atMs, runs } = asFields(entry);
  return {
    sandboxId: asText(sandboxId, 'discarded sandbox') as SandboxId,
    atMs: asCount(atMs, 'discarded time'),
    runs: asList(runs, 'discarded runs').map((run) => asText(run, 'discarded run')),
  };
}

function asFields(value: unknown): Fields {
  if (typeof value !== 'object' || value === null) throw broken('an object');
  return value as Fields;
}

function asList(value: unknown, name: string): readonly unknown[] {
  if (!Array.isArray(value)) throw broken(name);
  return value;
}

function asText(value: unknown, name: string): string {
  if (typeof value !== 'string' || value === '') throw broken(name);
  return value;
}

function asFlag(value: unknown, name: string): boolean {
  if (typeof value !== 'boolean') throw broken(name);
  return value;
}

function asCount(value: unknown, name: string): number {
  if (!Number.isSafeInteger(value) || Number(value) < 0) throw broken(name);
  return Number(value);
}

function broken(name: string): FsError {
  return new FsError('STATE_INVALID', `${name} is missing or wrong`);
}
