import { lstatSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';

import {
  type CallOptions,
  type Clock,
  ConfigError,
  type FileTransfer,
  FsError,
  type HostPath,
  parseHostPath,
  type PhaseTiming,
  type RemotePath,
  type ShellRunner,
  TransportError,
  withDeadline,
} from '@clamshell/core';

import type { Tool } from '../tool.ts';
import { describeHost, describeSandbox, isSame, type Manifest } from './manifest.ts';
import { withinSize } from './within-size.ts';

export interface TransferDeps {
  readonly tool: Tool;
  readonly shell: ShellRunner;
  readonly clock: Clock;
  readonly name: string;
  /** Of one run of the tool. */
  readonly deadlineMs: number;
}

/** As over SSH. */
const MAX_DOWNLOAD_BYTES = 2 ** 36;

type Upload = Parameters<FileTransfer['upload']>[0];
type Download = Parameters<FileTransfer['download']>[0];

/**
 * Directories through `sandbox upload` and `sandbox download`, never filtered by git, and looked at on both sides
 * afterwards: the tool is not asked whether all has arrived. Only what lies in the workspace can come down.
 */
export function createFileTransfer(deps: TransferDeps): FileTransfer {
  const { clock } = deps;
  return {
    upload: (transfer, options = {}) =>
      withDeadline(clock, options, (bound) => upload(deps, transfer, bound)),
    download: (transfer, options = {}) =>
      withDeadline(clock, options, (bound) => download(deps, transfer, bound)),
  };
}

async function upload(deps: TransferDeps, { from, to }: Upload, { signal, progress }: CallOptions) {
  const { tool, name, deadlineMs } = deps;
  const phases = startPhases(deps.clock, progress);
  const sent = await describeHost(from, signal);
  await makeEmpty(deps.shell, to, signal);
  phases.end('check', sent);
  // From inside the directory: under any other name its contents would nest under its own (openshell §1.8).
  const words = ['sandbox', 'upload', name, '.', to, '--no-git-ignore'];
  await tool.run(words, { signal, deadlineMs, cwd: from });
  phases.end('transfer', sent);
  verify(sent, await describeSandbox(deps.shell, to, signal), to);
  phases.end('verify', sent);
  return { files: sent.files + sent.links, bytes: sent.bytes, phases: phases.all };
}

async function download(deps: TransferDeps, { from, to }: Download, { signal, progress }: CallOptions) {
  const { tool, name, deadlineMs } = deps;
  const phases = startPhases(deps.clock, progress);
  const isThere = lstatSync(to, { throwIfNoEntry: false }) !== undefined;
  if (isThere && readdirSync(to).length > 0) throw new FsError('FILE_EXISTS', `${to} is not empty`);
  const source = await resolveSource(deps.shell, from, signal);
  const expected = await describeSandbox(deps.shell, source, signal);
  if (expected.bytes > MAX_DOWNLOAD_BYTES)
    throw new TransportError(
      'LIMIT_EXCEEDED',
      `${source} has ${expected.bytes} bytes, at most ${MAX_DOWNLOAD_BYTES} come down`,
    );
  const staging = makeStaging(to);
  try {
    phases.end('check', { files: 0, bytes: 0 });
    const words = ['sandbox', 'download', name, source, staging];
    const limit = { clock: deps.clock, directory: staging, maxBytes: expected.bytes };
    await withinSize(limit, signal, (bound) => tool.run(words, { signal: bound, deadlineMs }));
    const arrived = await describeArrived(staging, signal);
    phases.end('transfer', arrived);
    verify(expected, arrived, to);
    renameSync(staging, to);
    return { files: arrived.files + arrived.links, bytes: arrived.bytes, phases: phases.all };
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Beside the target, which is put in place whole. */
function makeStaging(to: HostPath): HostPath {
  try {
    return parseHostPath(mkdtempSync(`${to}.part-`));
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const code = isMissing ? 'FILE_NOT_FOUND' : 'FILE_IO_FAILED';
    throw new FsError(code, `No directory can be made beside ${to}`, { cause });
  }
}

/** What the tool made of a hostile archive: anything but files, directories and links is a breach. */
async function describeArrived(directory: HostPath, signal: AbortSignal | undefined) {
  try {
    return await describeHost(directory, signal);
  } catch (cause) {
    if (!(cause instanceof FsError) || cause.code !== 'FILE_KIND') throw cause;
    throw new TransportError('ARCHIVE_INVALID', cause.message, { cause });
  }
}

function verify(expected: Manifest, arrived: Manifest, where: string): void {
  if (isSame(expected, arrived)) return;
  throw new TransportError('TRANSFER_INCOMPLETE', `What arrived in ${where} is not what was sent`);
}

const MAKE_EMPTY = 'mkdir -p -- "$1" && [ -d "$1" ] && [ -z "$(ls -A -- "$1")" ] || exit 3';

async function makeEmpty(shell: ShellRunner, to: RemotePath, signal: AbortSignal | undefined): Promise<void> {
  const { code } = await shell.run(
    { argv: ['sh', '-c', MAKE_EMPTY, 'sh', to], maxOutputBytes: 65_536 },
    { signal },
  );
  if (code !== 0) throw new FsError('FILE_EXISTS', `${to} can’t be made in the sandbox, or is not empty`);
}

/** `$1` and the workspace as they really are, if the one is a directory in the other. */
const RESOLVE = `
root=$(pwd -P) && [ -e "$1" ] || exit 3
cd -- "$1" || exit 4
place=$(pwd -P)
case $place/ in "\${root%/}"/*) printf '%s' "$place" ;; *) printf '%s' "$root"; exit 5 ;; esac`;

/** With our own words, before the tool has others (openshell §1.9). */
async function resolveSource(
  shell: ShellRunner,
  from: RemotePath,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { code, stdout } = await shell.run(
    { argv: ['sh', '-c', RESOLVE, 'sh', from], maxOutputBytes: 65_536 },
    { signal },
  );
  const said = Buffer.from(stdout).toString('utf8');
  if (code === 3) throw new FsError('FILE_NOT_FOUND', `There is no ${from} in the sandbox`);
  if (code === 4) throw new FsError('FILE_KIND', `${from} is no directory in the sandbox`);
  if (code === 5) {
    throw new ConfigError('PATH_ESCAPES', `${from} is outside the sandbox’s workspace ${said}`, {
      hint: 'Through the command line only what lies in the workspace can be downloaded; use SSH.',
    });
  }
  if (code !== 0 || !said.startsWith('/'))
    throw new FsError('FILE_IO_FAILED', `The sandbox can’t resolve ${from}`);
  return said;
}

type Amount = Pick<PhaseTiming, 'files' | 'bytes'>;

function startPhases(clock: Clock, progress: CallOptions['progress']) {
  const all: PhaseTiming[] = [];
  let since = clock.now();
  return {
    all,
    end(name: string, { files, bytes }: Amount) {
      const now = clock.now();
      all.push({ name, ms: now - since, files, bytes });
      since = now;
      progress?.({ phase: name, files, bytes });
    },
  };
}
