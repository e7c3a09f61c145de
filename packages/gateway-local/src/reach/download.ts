import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { PassThrough } from 'node:stream';

import { FsError, parseHostPath } from '@clamshell/core';

import type { SandboxConnection } from './connect-sandbox.ts';
import { quote } from './exec-text.ts';
import { extractArchive } from './extract-archive.ts';
import { runRemote } from './run-remote.ts';

export interface DownloadRequest {
  readonly source: string;
  readonly destination: string;
  readonly cwd: string;
}

/** As openshell §1.9 has it: a directory's contents into the destination, merged; a file as by `cp`. */
export async function download(connection: SandboxConnection, request: DownloadRequest): Promise<void> {
  const source = await resolveSource(connection, request.source);
  const destination = path.resolve(request.cwd, request.destination);
  const kind = await ask(connection, `[ -d ${quote(source)} ] && echo directory || echo file`);
  if (kind === 'directory\n') return downloadDirectory(connection, source, destination);
  return downloadFile(connection, source, destination);
}

async function resolveSource(connection: SandboxConnection, source: string): Promise<string> {
  const said = await ask(connection, `pwd -P && realpath -e -- ${quote(source)}`);
  const [root, resolved, ...rest] = said.split('\n');
  if (root?.startsWith('/') && resolved === '')
    throw new FsError('FILE_NOT_FOUND', `sandbox source path '${source}' does not exist`);
  // Noise of a login profile is in the way too.
  if (!root?.startsWith('/') || !resolved?.startsWith('/') || rest.join('') !== '')
    throw new FsError('FILE_IO_FAILED', 'unexpected response while resolving sandbox source path');
  if (isInside(root, resolved)) return resolved;
  const why = isInside(root, path.posix.resolve(root, source))
    ? `resolves to '${resolved}', outside the sandbox workspace (${root})`
    : `is outside the sandbox workspace (${root})`;
  throw new FsError('PATH_ESCAPES', `sandbox source path '${source}' ${why}`);
}

function isInside(root: string, place: string): boolean {
  return place === root || place.startsWith(root.endsWith('/') ? root : `${root}/`);
}

async function downloadDirectory(
  connection: SandboxConnection,
  source: string,
  destination: string,
): Promise<void> {
  const stat = statSync(destination, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isDirectory()) {
    const message = `cannot extract directory '${source}' over non-directory destination '${destination}'`;
    throw new FsError('FILE_KIND', message);
  }
  mkdirSync(destination, { recursive: true });
  await fetchArchive(connection, `-C ${quote(source)} .`, destination);
}

async function downloadFile(
  connection: SandboxConnection,
  source: string,
  destination: string,
): Promise<void> {
  const name = path.posix.basename(source);
  const isDirectory = statSync(destination, { throwIfNoEntry: false })?.isDirectory() ?? false;
  const target = isDirectory ? path.join(destination, name) : destination;
  if (statSync(target, { throwIfNoEntry: false })?.isDirectory())
    throw new FsError('FILE_KIND', `cannot overwrite directory '${target}' with downloaded file`);
  const staging = `${target}.${process.pid}.part`;
  mkdirSync(staging, { recursive: true });
  try {
    await fetchArchive(connection, `-C ${quote(path.posix.dirname(source))} -- ${quote(name)}`, staging);
    renameSync(path.join(staging, name), target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** What reads the archive takes no hard links; only GNU's tar can copy them instead. */
const CREATE =
  'copies=; ! tar --help 2>&1 | grep -q hard-dereference || copies=--hard-dereference; tar cf - $copies';

/** A `tar` that saw a file change has sent all, and is an error all the same. */
async function fetchArchive(connection: SandboxConnection, what: string, directory: string): Promise<void> {
  const command = `${CREATE} ${what}`;
  const stdout = new PassThrough();
  const running = runRemote(connection, command, { stdout, stderr: connection.stderr }).finally(() =>
    stdout.end(),
  );
  const [status] = await Promise.all([running, extractArchive(stdout, parseHostPath(directory))]);
  if (status === 0) return;
  throw new FsError('FILE_IO_FAILED', `ssh tar create exited with status exit status: ${status ?? 1}`);
}

async function ask(connection: SandboxConnection, command: string): Promise<string> {
  const stdout = new PassThrough();
  const running = runRemote(connection, command, { stdout }).finally(() => stdout.end());
  let said = '';
  for await (const chunk of stdout) said += String(chunk);
  await running;
  return said;
}
