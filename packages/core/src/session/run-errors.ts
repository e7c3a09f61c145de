import {
  type ClamshellError,
  CommandError,
  isClamshellError,
  LifecycleError,
  SyncError,
} from '../errors/clamshell-error.ts';
import { foreign } from './lifecycle-effects.ts';
import type { SessionSpec } from './session-deps.ts';
import type { Position, SessionHalt } from './state.ts';
import { isLoss } from './transition/halts.ts';

/** What a caller is told while the session is halted. */
export function haltError(reason: SessionHalt): ClamshellError {
  const context = { reason };
  if (!isLoss(reason)) {
    return new SyncError('SYNC_HALTED', `The sync was halted: ${reason}`, {
      hint: 'Look at both sides; then go on with "clamshell resume" and --retry, --take-host or --take-sandbox.',
      context,
    });
  }
  return new LifecycleError(
    'SYNC_HALTED',
    `The sandbox that may hold unseen work is gone or broken (${reason})`,
    {
      hint: 'Bring it back and "clamshell resume --retry", or give that work up with "clamshell rm --discard".',
      context,
    },
  );
}

export function failureError(
  reason: Extract<Position, { at: 'failed' }>['reason'],
  spec: SessionSpec,
): ClamshellError {
  return reason === 'foreign'
    ? foreign(spec)
    : new LifecycleError('SANDBOX_FAILED', `Sandbox ${spec.name} is in the Error phase`);
}

/** Nothing is given up that can still be had. */
export function reachable(): SyncError {
  return new SyncError('SYNC_HALTED', 'Nothing is out of reach: the sandbox is there', {
    hint: 'Bring it home with "clamshell sync", or go on after a halt with "clamshell resume".',
  });
}

/** Why a sandbox stays: what it holds has not come home. */
export function notRemoved(why: string, cause?: unknown): SyncError {
  const { message } = cause instanceof Error ? cause : { message: '' };
  return new SyncError('SYNC_HALTED', `The sandbox was not removed: ${why}${message && `: ${message}`}`, {
    hint: 'Bring that home first, or give it up with "clamshell rm --discard".',
    ...(isClamshellError(cause) && { context: cause.context }),
    cause,
  });
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
