import { type ErrorCode, isClamshellError } from '@clamshell/core';

import { tellFailure } from '../backend/tell-failure.ts';
import { hostError } from '../openclaw/host-error.ts';

/** What a file tool was about to do, in the words of OpenClaw's messages. */
export type FileAction =
  | 'access'
  | 'read files'
  | 'list directories'
  | 'write files'
  | 'create files'
  | 'create directories'
  | 'remove files'
  | 'rename files'
  | 'copy files'
  | 'stat files';

type Mode = 'mirror' | 'remote';

/**
 * An error of the bridge in the words that OpenClaw's tools look for and a model has met before. What is no matter of
 * files (a lost link, a halt) keeps its own message and says what to do.
 */
export function fileFailure(
  error: unknown,
  failed: { readonly action: FileAction; readonly path: string; readonly mode: Mode },
): unknown {
  if (!isClamshellError(error)) return error;
  const wording = WORDINGS[error.code];
  const { action, path, mode } = failed;
  if (wording !== undefined) {
    const told = hostError(wording(action, path, mode), error);
    return error.code === 'FILE_NOT_FOUND' ? Object.assign(told, { code: 'ENOENT' }) : told;
  }
  return tellFailure(error);
}

type Wording = (action: FileAction, path: string, mode: Mode) => string;

const outside: Wording = (action, path, mode) =>
  mode === 'mirror'
    ? `Sandbox boundary checks failed; cannot ${action}: ${path}`
    : `Sandbox path escapes allowed mounts; cannot ${action}: ${path}`;

const WORDINGS: Partial<Record<ErrorCode, Wording>> = {
  FILE_NOT_FOUND: (action, path) =>
    action === 'read files'
      ? `Sandbox file not found: ${path}`
      : `Sandbox path not found; cannot ${action}: ${path}`,
  PATH_ESCAPES: outside,
  FILE_KIND: outside,
  FILE_READ_ONLY: (action, path) => `Sandbox path is read-only; cannot ${action}: ${path}`,
  FILE_LINKED: (_action, path) => `Hardlinked path is not allowed under sandbox mount root: ${path}`,
};
