import { spawn } from 'node:child_process';
import { closeSync, readSync } from 'node:fs';

import { FsError, type RelPath, type SearchOptions } from '@clamshell/core';
import type { HostTree } from '@clamshell/host';

import { join, walkHost } from './read-host-file.ts';

export interface HostMatch {
  /** Below the directory that was searched. */
  readonly path: RelPath;
  readonly line: number;
  readonly text: string;
}

const FILES_AT_ONCE = 32;
const MAX_TEXT_BYTES = 2000;
/** Of what one `grep` may say: then its lines are cut off, as those over `maxMatches` are. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 512;
const ENVIRONMENT = { LC_ALL: 'C', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Lines that match, by the host's own `grep -E`, which is given open files and no name. */
export async function* searchHost(
  tree: HostTree,
  directory: RelPath | undefined,
  { pattern, maxMatches, signal }: SearchOptions,
): AsyncGenerator<HostMatch> {
  const grep = (files: readonly OpenText[]) => runGrep(pattern, files, { maxMatches, signal });
  // An expression is only looked at once there is a line.
  if ((await grep([])) === undefined) {
    throw new FsError('CONFIG_INVALID', 'What was searched for is no extended regular expression');
  }
  let left = maxMatches;
  for (const files of openTexts(tree, directory)) {
    try {
      for (const match of parseLines((await grep(files)) ?? '', files)) {
        if (left-- <= 0) return;
        yield match;
      }
    } finally {
      for (const { fd } of files) closeSync(fd);
    }
  }
}

interface OpenText {
  readonly path: RelPath;
  readonly fd: number;
}

/** Regular files below a directory, open, some at a time; what has a NUL near its start is left out. */
function* openTexts(tree: HostTree, directory: RelPath | undefined): Generator<readonly OpenText[]> {
  let files: OpenText[] = [];
  for (const { path, kind } of walkHost(tree, directory, { prefix: undefined, maxDepth: MAX_DEPTH })) {
    const fd = kind === 'file' ? openText(tree, join(directory, path)) : undefined;
    if (fd === undefined) continue;
    files.push({ path, fd });
    if (files.length < FILES_AT_ONCE) continue;
    yield files;
    files = [];
  }
  yield files;
}

function openText(tree: HostTree, path: RelPath): number | undefined {
  let fd: number | undefined;
  try {
    fd = tree.openForRead(path);
    const head = Buffer.alloc(8192, 1);
    readSync(fd, head, 0, head.length, 0);
    if (!head.includes(0)) return fd;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
  if (fd !== undefined) closeSync(fd);
  return undefined;
}

/** What `grep` printed; `undefined` where it takes the pattern for none. */
async function runGrep(
  pattern: string,
  files: readonly OpenText[],
  { maxMatches, signal }: Pick<SearchOptions, 'maxMatches' | 'signal'>,
): Promise<string | undefined> {
  const names = files.length === 0 ? ['-'] : files.map((_, index) => `/dev/fd/${index + 3}`);
  const args = ['-nEH', '-m', String(maxMatches), '-e', pattern, '--', ...names];
  const stdio = ['pipe', 'pipe', 'ignore', ...files.map(({ fd }) => fd)] as const;
  const child = spawn('grep', args, { stdio: [...stdio], env: ENVIRONMENT, signal });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(signal?.aborted === true ? signal.reason : error));
    child.once('close', (code) => resolve(code ?? 0));
  });
  child.stdin?.on('error', () => {}).end('\n');
  let output = Buffer.alloc(0);
  child.stdout?.on('data', (chunk: Buffer) => {
    output = Buffer.concat([output, chunk]);
    if (output.length > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
  });
  return (await ended) > 1 ? undefined : output.toString('latin1');
}

function* parseLines(output: string, files: readonly OpenText[]): Generator<HostMatch> {
  for (const line of output.split('\n').slice(0, -1)) {
    const [, index, number, text = ''] = /^\/dev\/fd\/(\d+):(\d+):([^\0]*)/.exec(line) ?? [];
    const path = files[Number(index) - 3]?.path;
    if (path === undefined) continue;
    const shown = Buffer.from(text.slice(0, MAX_TEXT_BYTES), 'latin1').toString('utf8');
    yield { path, line: Number(number), text: shown };
  }
}
