import { displayPath, FsError, type RelPath } from '@clamshell/core';

/** The FsError of a system call that failed on a descriptor, which no HostTree sees. */
export function classifyRead(cause: unknown, path: RelPath): unknown {
  return classify(cause, `Cannot read ${displayPath(path)}`);
}

export function classifyWrite(cause: unknown, path: RelPath): unknown {
  return classify(cause, `Cannot write ${displayPath(path)}`);
}

function classify(cause: unknown, message: string): unknown {
  const errno = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (typeof errno !== 'string') return cause;
  return new FsError('FILE_IO_FAILED', `${message}: ${errno}`, { context: { errno }, cause });
}
