import { type ErrorCode, FsError } from '@clamshell/core';

/** Every errno with a meaning of its own to a caller. What is not listed is the system's trouble: FILE_IO_FAILED. */
const CODE_OF_ERRNO: Readonly<Record<string, ErrorCode>> = {
  ENOENT: 'FILE_NOT_FOUND',
  EEXIST: 'FILE_EXISTS',
  ENOTEMPTY: 'FILE_EXISTS',
  ENOTDIR: 'FILE_KIND',
  EISDIR: 'FILE_KIND',
  ELOOP: 'FILE_KIND',
  ENXIO: 'FILE_KIND',
  EINVAL: 'FILE_KIND',
  EACCES: 'FILE_ACCESS',
  EPERM: 'FILE_ACCESS',
  EROFS: 'FILE_ACCESS',
  ENAMETOOLONG: 'PATH_INVALID',
};

/** The FsError of a failed system call; what is not the system's word, such as a bug, is returned as it is. */
export function classify(cause: unknown, failed: { readonly doing: string; readonly path: string }): unknown {
  const errno = errnoOf(cause);
  if (errno === undefined) return cause;
  const message = `Cannot ${failed.doing} ${failed.path}: ${errno}`;
  return new FsError(CODE_OF_ERRNO[errno] ?? 'FILE_IO_FAILED', message, { context: { errno }, cause });
}

/** `ENOENT` and the like; `undefined` for what is not a failed system call. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
