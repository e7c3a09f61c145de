import { ERROR_CODES, type ErrorCode, isClamshellError } from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';

/** An error as OpenClaw shows it: its text is all that a person sees, so it says what to do as well. */
export function tellFailure(error: unknown): unknown {
  if (!isClamshellError(error)) return error;
  const { message, code, hint } = error;
  const isGeneral = hint === ERROR_CODES[code].hint;
  return hostError(`${message} (${code}). ${(isGeneral ? HINTS[code] : undefined) ?? hint}`, error);
}

/** `work`, its failures told so. */
export async function told<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw tellFailure(error);
  }
}

const SETTINGS = 'plugins.entries.openshell.config';

/** What to do, where the general hint speaks of the command line. */
const HINTS: Partial<Record<ErrorCode, string>> = {
  GATEWAY_EXECUTABLE_MISSING: `Install openshell on the PATH of OpenClaw’s service, or set ${SETTINGS}.command to its absolute path, or ${SETTINGS}.provider to "local".`,
  GATEWAY_UNREACHABLE:
    'Start the gateway, and check as the user of OpenClaw’s service: openshell gateway list, openshell status.',
  GATEWAY_UNAUTHORIZED: 'Log in as the user of OpenClaw’s service: openshell gateway login.',
  DEADLINE_EXCEEDED: `Look at the gateway, or allow more time with ${SETTINGS}.timeoutSeconds.`,
  SANDBOX_OWNED_BY_OTHER:
    'Bring home what is in it, then remove it with: openshell sandbox delete NAME. The next turn makes a new one.',
};
