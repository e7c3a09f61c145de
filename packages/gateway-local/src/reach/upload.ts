import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

import { FsError, type HostPath, parseHostPath } from '@clamshell/core';
import { type ArchiveSource, writeArchive } from '@clamshell/host';

import type { SandboxConnection } from './connect-sandbox.ts';
import { quote } from './exec-text.ts';
import { fileSource, listSources } from './list-sources.ts';
import { runRemote } from './run-remote.ts';

export interface UploadRequest {
  /** As it was given; relative to `cwd`. */
  readonly local: string;
  readonly cwd: string;
  readonly destination: string | undefined;
  /** What git ignores stays behind, where there is git. */
  readonly isGitAware: boolean;
}

interface Upload {
  readonly sources: AsyncIterable<ArchiveSource>;
  /** Where the archive is unpacked. */
  readonly into: string;
  /** Of a flat archive's root, which its first entry gives to the directory. */
  readonly mode?: number | undefined;
}

/** As openshell §1.8 has it, quirks included: directories nest under their names, files are copied as by `cp`. */
export async function upload(connection: SandboxConnection, request: UploadRequest): Promise<void> {
  const { sources, into, mode } = await planUpload(request);
  const target = quote(into);
  const settle = mode === undefined ? '' : ` && chmod ${mode.toString(8)} ${target}`;
  const command = `mkdir -p ${target} && cat | tar xf - -C ${target}${settle}`;
  const { stderr } = connection;
  const status = await runRemote(connection, command, { stdin: writeArchive(sources), stderr });
  if (status === 0) return;
  throw new FsError('FILE_IO_FAILED', `ssh tar extract exited with status exit status: ${status ?? 1}`);
}

async function planUpload(request: UploadRequest): Promise<Upload> {
  const { local, cwd, destination = '.', isGitAware } = request;
  const place = path.resolve(cwd, local);
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) throw new FsError('FILE_NOT_FOUND', `local path does not exist: ${local}`);
  const only = isGitAware ? await listTracked(stat.isDirectory() ? place : path.dirname(place)) : undefined;
  if (!stat.isDirectory()) return planFile(place, destination, only !== undefined);
  const prefix = baseName(local);
  const directory = parseHostPath(place);
  return {
    sources: listSources({ directory, prefix: Buffer.from(prefix).toString('latin1'), only }),
    into: destination,
    ...(prefix === '' ? { mode: stat.mode & 0o777 } : {}),
  };
}

/** What Rust calls a file name: none for `.`, `/` and what ends in `..`; a last `/` or `/.` does not count. */
function baseName(local: string): string {
  const name = path.posix.basename(local.replace(/(?:\/\.?)+$/, ''));
  return name === '.' || name === '..' ? '' : name;
}

/** Without a last slash the destination is the file's own new name, but below `/`, and where git was asked. */
function planFile(place: string, destination: string, isGitAware: boolean): Upload {
  const parent = path.posix.dirname(destination);
  const isDirectory = isGitAware || destination.endsWith('/') || destination === '.' || parent === '/';
  const latin1 = (text: string) => Buffer.from(text).toString('latin1');
  const name = latin1(path.basename(place));
  return {
    sources: fileSource(
      { directory: parseHostPath(path.dirname(place)) },
      name,
      isDirectory ? name : latin1(path.posix.basename(destination)),
    ),
    into: isDirectory ? destination : parent,
  };
}

/** `undefined`, and so everything, wherever git can't tell, and where it would leave nothing. */
async function listTracked(directory: HostPath | string): Promise<ReadonlySet<string> | undefined> {
  try {
    const words = ['ls-files', '-co', '--exclude-standard', '-z'];
    const { stdout } = await promisify(execFile)('git', words, {
      cwd: directory,
      encoding: 'latin1',
      maxBuffer: 2 ** 28,
    });
    const names = stdout.split('\0').filter((name) => name !== '');
    return names.length === 0 ? undefined : new Set(names);
  } catch {
    return undefined;
  }
}
