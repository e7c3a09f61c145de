import {
  type CallOptions,
  type Clock,
  type FileTransfer,
  FsError,
  type RemotePath,
  type RemoteProcess,
  type TransferOutcome,
  withDeadline,
} from '@clamshell/core';
import { openHostTree, writeArchive } from '@clamshell/host';

import type { CommandStarter } from '../command/spawn-command.ts';
import { settlesWithin } from '../connection/settles-within.ts';
import { makeEmptyDirectory } from './empty-directory.ts';
import { packTree } from './pack-tree.ts';
import { NO_DIRECTORY, NOT_EMPTY, PACK, UNPACK } from './programs.ts';
import { Tally } from './tally.ts';
import { unpackTree } from './unpack-tree.ts';

const MAX_STDERR_BYTES = 4096;

/** The one directory that no command can remove. */
const ANYWHERE = '/' as RemotePath;

/** How long a program may take to end by itself once its work is spoilt; then it is ended. */
const EXIT_GRACE_MS = 1000;

interface TransferDeps {
  readonly starter: CommandStarter;
  readonly clock: Clock;
}

type Upload = Parameters<FileTransfer['upload']>[0];
type Download = Parameters<FileTransfer['download']>[0];

/** Directories as tar streams over one channel each. */
export function createFileTransfer(deps: TransferDeps): FileTransfer {
  const { clock } = deps;
  return {
    upload: (paths, options = {}) => withDeadline(clock, options, (bound) => upload(deps, paths, bound)),
    download: (paths, options = {}) => withDeadline(clock, options, (bound) => download(deps, paths, bound)),
  };
}

async function upload(
  deps: TransferDeps,
  { from, to }: Upload,
  options: CallOptions,
): Promise<TransferOutcome> {
  using tree = openHostTree(from);
  const tally = new Tally('upload', deps.clock, options.progress);
  await runProgram(deps, { program: UNPACK, directory: to, ...options }, async ({ stdin, stdout }) => {
    const said = skip(stdout);
    for await (const chunk of writeArchive(tally.counted(packTree(tree)))) await stdin.write(chunk);
    await stdin.end();
    await said;
  });
  return tally.outcome();
}

async function download(
  deps: TransferDeps,
  { from, to }: Download,
  options: CallOptions,
): Promise<TransferOutcome> {
  options.signal?.throwIfAborted();
  await makeEmptyDirectory(to);
  using tree = openHostTree(to);
  const tally = new Tally('download', deps.clock, options.progress);
  await runProgram(deps, { program: PACK, directory: from, ...options }, async ({ stdin, stdout }) => {
    await stdin.end();
    await unpackTree(tree, stdout, (entry) => tally.count(entry));
  });
  return tally.outcome();
}

interface ProgramCall extends CallOptions {
  readonly program: string;
  readonly directory: RemotePath;
}

/** Runs a program in the sandbox beside `work`. A directory that is missing there shows in its status. */
async function runProgram(
  { starter, clock }: TransferDeps,
  { program, directory, signal }: ProgramCall,
  work: (process: RemoteProcess) => Promise<void>,
): Promise<void> {
  const argv = ['sh', '-c', program, 'clamshell', directory] as const;
  const spawned = await starter.spawn({ argv, cwd: ANYWHERE }, signal);
  const { process } = spawned;
  const complaining = keepStart(process.stderr);
  const failure = await Promise.all([work(process), complaining]).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (failure !== undefined && !(await settlesWithin(process.exit, EXIT_GRACE_MS, clock))) {
    await spawned.stop(failure.error);
    throw failure.error;
  }
  const { code } = await process.exit;
  if (code !== 0) throw refusal(code, directory, await complaining);
  if (failure !== undefined) throw failure.error;
}

async function keepStart(output: AsyncIterable<Uint8Array>): Promise<string> {
  let kept = '';
  for await (const chunk of output)
    kept = (kept + Buffer.from(chunk).toString('latin1')).slice(0, MAX_STDERR_BYTES);
  return kept.trim();
}

async function skip(output: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of output);
}

function refusal(code: number, directory: RemotePath, said: string): FsError {
  if (code === NOT_EMPTY) return new FsError('FILE_EXISTS', `${directory} is not empty in the sandbox`);
  const name = code === NO_DIRECTORY ? 'FILE_NOT_FOUND' : 'FILE_IO_FAILED';
  return new FsError(
    name,
    `The sandbox could not transfer ${directory}: ${said === '' ? `status ${code}` : said}`,
  );
}
