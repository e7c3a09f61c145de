import { escapeControls, SyncError } from '@clamshell/core';

/** The archive breaks a rule that holds for all of it: nothing after this point can be trusted. */
export function invalid(why: string): SyncError {
  return new SyncError('ARCHIVE_INVALID', `Not a valid archive: ${escapeControls(why)}`);
}

export function tooMuch(what: string, limit: number): SyncError {
  return new SyncError('LIMIT_EXCEEDED', `The archive holds more than ${limit} ${what}`, {
    context: { limit },
  });
}
