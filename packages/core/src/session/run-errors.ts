import {
  type ClamshellError,
  CommandError,
  isClamshellError,
  LifecycleError,
  SyncError,
} from '../errors/clamshell-error.ts';
import type { SessionHalt } from './state.ts';

/** What a caller is told while the session is halted. */
export function haltError(reason: SessionHalt): ClamshellError {
  const context = { reason };
  if (reason !== 'sandbox-lost' && reason !== 'sandbox-failed') {
    return new SyncError('SYNC_HALTED', `The sync was halted: ${reason}`, { context });
  }
  return new LifecycleError(
    'SYNC_HALTED',
    `The sandbox that may hold unseen work is gone or broken (${reason})`,
    {
      hint: 'Give that work up with "clamshell rm --discard", or bring the sandbox back first.',
      context,
    },
  );
}

/** The command ended with `exitCode`, and what it left could not be brought home. */
export function unsyncedEnd(exitCode: number, cause: unknown): unknown {
  if (!isClamshellError(cause)) return cause;
  const { code, message, hint, context } = cause;
  return new SyncError(code, message, { hint, context: { ...context, exitCode }, cause });
}

/** Neither the command's end was seen, nor could what it left be brought home. */
export function unseenEnd(commandError: unknown, cause: unknown): CommandError {
  const [why, andWhy] = [commandError, cause].map((error) =>
    error instanceof Error ? error.message : String(error),
  );
  const message = `The command’s end was not seen (${why}), and what it left could not be brought home (${andWhy})`;
  return new CommandError('EXIT_UNKNOWN', message, { cause });
}
