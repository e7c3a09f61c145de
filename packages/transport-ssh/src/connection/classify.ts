import { CommandError, TransportError } from '@clamshell/core';

/** A connection that never came to stand. */
export function connectionFailed(name: string, cause: unknown, lastWords: string): TransportError {
  return new TransportError(
    'CONNECTION_FAILED',
    `Can't reach ${name} over SSH: ${describe(cause, lastWords)}`,
    { cause },
  );
}

/** A server that takes none of the keys it was offered. */
export function loginRefused(name: string, cause: unknown): TransportError {
  return new TransportError('LOGIN_REFUSED', `${name} refuses every key that it was offered`, { cause });
}

/** A connection that stood and is gone. */
export function connectionLost(name: string, cause: unknown, lastWords: string): TransportError {
  return new TransportError('CONNECTION_LOST', `The link to ${name} broke: ${describe(cause, lastWords)}`, {
    cause,
  });
}

/** A server whose key exchange can be tampered with is not talked to. */
export function weakKex(name: string): TransportError {
  const why = 'it does not offer strict key exchange, which every SSH server of 2024 or later does';
  return new TransportError('CONNECTION_FAILED', `The SSH server of ${name} is refused: ${why}`, {
    cause: new TransportError('CONNECTION_FAILED', why),
  });
}

/** A server that sends more than it was allowed to is not listened to any longer. */
export function windowOverrun(name: string): TransportError {
  return new TransportError(
    'CONNECTION_LOST',
    `The link to ${name} was cut: the server sent more than it was allowed to`,
  );
}

/** The owner disposed of the connection while a call was under way. */
export function connectionClosed(name: string): TransportError {
  return new TransportError('CONNECTION_LOST', `The link to ${name} was closed`);
}

/** The server refused the channel or the command, which therefore never ran. */
export function commandRefused(cause: Error | undefined): CommandError {
  const why = cause?.message ?? 'no channel was opened';
  return new CommandError('COMMAND_NOT_STARTED', `The sandbox refused the command: ${why}`, { cause });
}

/** True where the server had no room for one more channel, as `MaxSessions` makes it say. */
export function isChannelRefusal(error: Error): boolean {
  return error.message.includes('Channel open failure');
}

function describe(cause: unknown, lastWords: string): string {
  const said = cause instanceof Error ? cause.message : 'it ended without a word';
  return lastWords === '' ? said : `${said} (${lastWords})`;
}
