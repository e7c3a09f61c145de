import { asRelPath, type BridgePath, type RemoteProcess, type ShellRunner } from '@clamshell/core';

import { WATCH_PROGRAM } from '../programs/watch.ts';
import { type Hint, Hints } from './hints.ts';

const MAX_RECORD_BYTES = 8192;
/** What `inotifywait` says on its stderr before that is no more than some lines. */
const MAX_WORDS_BYTES = 65_536;

/**
 * What the sandbox's own `inotifywait` tells, everything at first. Ends where there is none, where it ends, or where it
 * says what it can't have said.
 */
export async function* watchEvents(
  shell: ShellRunner,
  { mount, path = '' as never }: BridgePath,
  signal: AbortSignal | undefined,
): AsyncGenerator<Hint> {
  const bytes = Buffer.from(path, 'latin1');
  const argv = ['sh', '-c', WATCH_PROGRAM, 'watch', mount.sandbox, String(bytes.length)] as const;
  const process = await shell.spawn({ argv }, { signal });
  process.exit.catch(() => {});
  try {
    await process.stdin.write(bytes);
    const hints = new Hints();
    void collect(process.stdout, hints);
    if (!(await isEstablished(process))) return;
    yield undefined;
    for (let taken = await hints.take(); taken.length > 0; taken = await hints.take()) yield* taken;
  } finally {
    await process.kill('KILL').catch(() => {});
  }
}

/** Reads on, so that its words are never in its way. */
async function isEstablished({ stderr }: RemoteProcess): Promise<boolean> {
  const ready = Promise.withResolvers<boolean>();
  const read = async () => {
    let words = '';
    for await (const chunk of stderr) {
      words = (words + Buffer.from(chunk).toString('latin1')).slice(0, MAX_WORDS_BYTES);
      if (words.includes('Watches established')) ready.resolve(true);
    }
  };
  void read()
    .catch(() => {})
    .finally(() => ready.resolve(false));
  return ready.promise;
}

/** Reads all there is, whoever waits for it: what is not read is lost once the kernel's queue is full. */
async function collect(output: AsyncIterable<Uint8Array>, hints: Hints): Promise<void> {
  let rest = '';
  let directory: string | undefined;
  try {
    for await (const chunk of output) {
      const records = (rest + Buffer.from(chunk).toString('latin1')).split('\0');
      rest = records.pop() ?? '';
      directory ??= records.shift();
      for (const record of records) hints.add(hintOf(record, directory ?? ''));
      if (rest.length > MAX_RECORD_BYTES || records.some((record) => isOfItsEnd(record, directory))) return;
    }
  } catch {
    // What became of the link is told by the next request.
  } finally {
    hints.end();
  }
}

/** A name that is none stands for everything. */
function hintOf(record: string, directory: string): Hint {
  const name = record.slice(record.indexOf(':') + 1).replace(/\/$/, '');
  return name.startsWith(`${directory}/`) ? asRelPath(name.slice(directory.length + 1)) : undefined;
}

/** The directory itself went: `inotifywait` says no more then, also when there is another one of its name. */
function isOfItsEnd(record: string, directory: string | undefined): boolean {
  const [events = '', name] = record.split(':', 2);
  return /^(?:DELETE_SELF|MOVE_SELF|UNMOUNT)/.test(events) && name === `${directory}/`;
}
