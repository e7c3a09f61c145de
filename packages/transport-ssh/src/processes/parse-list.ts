import { type BackgroundCommand, CommandError } from '@clamshell/core';

const FIELDS = 5;

/** What LIST printed. Throws EXIT_UNKNOWN for anything else: it is the sandbox's word. */
export function parseList(bytes: Uint8Array): readonly BackgroundCommand[] {
  const fields = Buffer.from(bytes).toString('utf8').split('\0');
  if (fields.pop() !== '' || fields.length % FIELDS !== 0) throw invalid();
  return Array.from({ length: fields.length / FIELDS }, (_, index) =>
    parseCommand(fields.slice(index * FIELDS, (index + 1) * FIELDS)),
  );
}

export function isProcessId(text: string): boolean {
  return /^[0-9a-f]{20}$/.test(text);
}

function parseCommand([
  id = '',
  started = '',
  end = '',
  cwd = '',
  title = '',
]: readonly string[]): BackgroundCommand {
  if (!isProcessId(id) || !/^[0-9]{1,12}$/.test(started)) throw invalid();
  return { id, title, cwd, startedAtMs: Number(started) * 1000, ...parseEnd(end) };
}

function parseEnd(end: string): Pick<BackgroundCommand, 'exit'> {
  if (end === '-') return {};
  if (end === 'unknown') return { exit: 'unknown' };
  if (!/^[0-9]{1,3}$/.test(end) || Number(end) > 255) throw invalid();
  return { exit: { code: Number(end) } };
}

function invalid(): CommandError {
  return new CommandError('EXIT_UNKNOWN', 'The sandbox’s list of background commands is not one');
}
