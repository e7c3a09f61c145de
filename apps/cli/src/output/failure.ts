import { type ErrorCode, isClamshellError, redact } from '@clamshell/core';

/** An error as a person needs it: what happened, why, what to do, and where more is written. */
export interface Failure {
  readonly code: ErrorCode | 'UNEXPECTED';
  readonly message: string;
  readonly why: readonly string[];
  readonly hint: string;
  readonly context: Readonly<Record<string, string | number | boolean>>;
  readonly docs: string;
}

const BUG_HINT = 'This is a bug in clamshell. Run it again with --verbose and report what it prints.';

export function describeFailure(error: unknown): Failure {
  const known = isClamshellError(error) ? error : undefined;
  const message = messageOf(error);
  const code = known?.code ?? 'UNEXPECTED';
  return {
    code,
    message,
    // A message that already holds its cause's is enough.
    why: causesOf(error).filter((why) => !message.includes(why)),
    hint: known?.hint ?? BUG_HINT,
    context: known?.context ?? {},
    docs: `docs/errors.md#${code.toLowerCase()}`,
  };
}

/** The lines below the message: the nearest cause, what to do, and the code. */
export function failureLines({ code, why, hint, docs }: Failure): string[] {
  return [...why.slice(0, 1).map((each) => `why: ${each}`), `do:  ${hint}`, `see: ${code}, ${docs}`];
}

/** Everything that led to it, for --verbose. */
export function failureChain(error: unknown): string {
  const stacks: string[] = [];
  for (let each = error; each instanceof Error && stacks.length < MAX_CAUSES; each = each.cause)
    stacks.push(each.stack ?? each.message);
  return redact(stacks.join('\ncaused by: '));
}

const MAX_CAUSES = 8;

function causesOf(error: unknown): string[] {
  const messages: string[] = [];
  let cause = error instanceof Error ? error.cause : undefined;
  while (cause !== undefined && messages.length < MAX_CAUSES) {
    messages.push(messageOf(cause));
    cause = cause instanceof Error ? cause.cause : undefined;
  }
  return [...new Set(messages)];
}

function messageOf(error: unknown): string {
  return redact(error instanceof Error ? error.message : String(error)).trim();
}
