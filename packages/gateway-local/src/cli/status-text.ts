import type { ErrorCode } from '@clamshell/core';

import type { Dialect } from '../dialect/dialect.ts';

/** How a gRPC status reads in the tool's reports; before, its name did (openshell §1.5). */
const STATUS_TEXTS = {
  notFound: 'Some requested entity was not found',
  alreadyExists: 'Some entity that we attempted to create already exists',
  failedPrecondition: "The system is not in a state required for the operation's execution",
  invalidArgument: 'Client specified an invalid argument',
  resourceExhausted: 'Some resource has been exhausted',
} as const;

const STATUS_OF: Partial<Record<ErrorCode, keyof typeof STATUS_TEXTS>> = {
  SANDBOX_NOT_FOUND: 'notFound',
  WORKSPACE_INVALID: 'notFound',
  SANDBOX_EXISTS: 'alreadyExists',
  SANDBOX_NOT_READY: 'failedPrecondition',
  SANDBOX_NAME_INVALID: 'invalidArgument',
  LIMIT_EXCEEDED: 'resourceExhausted',
};

/** The message as the tool reports it: wrapped as a status where a real gateway would have answered it. */
export function reportedMessage(code: ErrorCode, message: string, form: Dialect['status']): string {
  const status = STATUS_OF[code];
  if (status === undefined) return message;
  if (form === 'text') return `code: '${STATUS_TEXTS[status]}', message: "${message}"`;
  const name = status.replace(/^./, (letter) => letter.toUpperCase());
  return `status: ${name}, message: "${message}", details: [], metadata: MetadataMap { headers: {} }`;
}
