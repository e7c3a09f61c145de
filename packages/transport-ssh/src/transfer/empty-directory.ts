import { mkdir, readdir } from 'node:fs/promises';

import { FsError, type HostPath } from '@clamshell/core';

/** Makes the directory where it is missing. Rejects with FILE_EXISTS unless it is empty, FILE_NOT_FOUND without a parent. */
export async function makeEmptyDirectory(path: HostPath): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new FsError('FILE_NOT_FOUND', `Nothing can be made in the directory of ${path}`);
    if (code !== 'EEXIST') throw new FsError('FILE_IO_FAILED', `Can't make ${path}`, { cause: error });
    await requireEmpty(path);
  }
}

async function requireEmpty(path: HostPath): Promise<void> {
  const names = await readdir(path).catch((cause: unknown) => {
    throw new FsError('FILE_EXISTS', `${path} is something else than an empty directory`, { cause });
  });
  if (names.length > 0) throw new FsError('FILE_EXISTS', `${path} is not empty`);
}
