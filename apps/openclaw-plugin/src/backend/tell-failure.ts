import { isClamshellError } from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';

/** An error as OpenClaw shows it: its text is all that a person sees, so it says what to do as well. */
export function tellFailure(error: unknown): unknown {
  if (!isClamshellError(error)) return error;
  return hostError(`${error.message} (${error.code}). ${error.hint}`, error);
}

/** `work`, its failures told so. */
export async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw tellFailure(error);
  }
}
