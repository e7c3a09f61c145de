import { existsSync } from 'node:fs';

import type { Argv } from '@clamshell/core';

const PERL = '/usr/bin/perl';

/** `keyctl`, for which no program is installed everywhere. */
const CALL_NUMBERS: Partial<Record<NodeJS.Architecture, number>> = { x64: 250, arm64: 219 };

/** KEYCTL_JOIN_SESSION_KEYRING, of a new one without a name. */
const JOIN = 'syscall(0 + shift, 1, 0); exec { $ARGV[0] } @ARGV; exit 127';

/**
 * Runs the command with a session keyring of its own: the caller's, and with it each key in it, would reach the sandbox
 * with the first process. As it is where there is no perl.
 */
export function leaveKeyring(command: Argv): Argv {
  const call = CALL_NUMBERS[process.arch];
  return call === undefined || !existsSync(PERL) ? command : [PERL, '-e', JOIN, String(call), ...command];
}
