import { type ClamshellError, ConfigError, type ErrorCode, LifecycleError } from '@clamshell/core';

import { unwrapReport } from './unwrap-report.ts';

/** How a gateway command failed, before anyone has read its words. */
export interface CommandFailure {
  /** The subcommand, as `sandbox get`. */
  readonly step: string;
  readonly executable: string;
  /** Missing when it never ran or was killed. */
  readonly exitCode?: number | undefined;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly errno?: string | undefined;
}

const MAX_QUOTED = 2000;

/**
 * Short, stable parts of the gateway's words, the first that matches decides. gRPC status texts are not used: they
 * differ between versions, the messages inside do not. Source: openshell §1.5.
 */
const WORDS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/(?:^|[\s"'])sandbox not found(?:$|[\s"',.])/, 'SANDBOX_NOT_FOUND'],
  [/\bsandbox (?:'[^']*' )?already exists\b/, 'SANDBOX_EXISTS'],
  [/\bisolation is not available\b/, 'ISOLATION_UNAVAILABLE'],
  [/\bname exceeds maximum length\b/, 'SANDBOX_NAME_INVALID'],
  [
    /\bname must contain only lowercase\b|\bmust not (?:start or end with a|contain consecutive) hyphen/,
    'SANDBOX_NAME_INVALID',
  ],
  [
    /\bsandbox (?:'[^']*' )?is not ready\b|\bmust be (?:Ready|Stopped) to (?:stop|start)\b/,
    'SANDBOX_NOT_READY',
  ],
  [
    /\bsupervisor session not connected\b|\brelay open timed out\b|\brelay channel dropped\b/,
    'SANDBOX_NOT_READY',
  ],
  // Of GNU tar: all has been read, and some of it changed meanwhile.
  [/\bssh tar create exited with status exit status: 1\b/, 'ARCHIVE_INVALID'],
  [/\bsandbox entered error phase\b|\bprovisioning stream ended before\b/, 'SANDBOX_FAILED'],
  [
    /\bmissing authorization header\b|\bmissing client certificate\b|\binvalid token: /,
    'GATEWAY_UNAUTHORIZED',
  ],
  [
    /\bTLS CA\/client cert\/key is required\b|\bfailed to read TLS (?:CA|client cert|client key) from\b/,
    'GATEWAY_UNAUTHORIZED',
  ],
  [/\bSSH (?:session )?connection limit reached\b|\brelay (?:capacity|limit) reached\b/, 'LIMIT_EXCEEDED'],
  [
    /\brole '[^']*' required\b|\brequest does not have valid authentication credentials\b/,
    'GATEWAY_UNAUTHORIZED',
  ],
  [/\bNo active gateway\b|\bUnknown gateway '/, 'GATEWAY_UNREACHABLE'],
  [
    /\bfailed to connect to gateway\b|\btransport error\b|\bclient error \(Connect\)|\bConnection refused\b|\bdns error\b/,
    'GATEWAY_UNREACHABLE',
  ],
];

/** The one place where the gateway's words become an error of Clamshell. */
export function classifyFailure(failure: CommandFailure): ClamshellError {
  const { step, executable, exitCode, stderr, errno } = failure;
  if (errno === 'ENOENT' || errno === 'EACCES') {
    return new ConfigError('GATEWAY_EXECUTABLE_MISSING', `Can't run ${executable}: ${errno}`);
  }
  const words = unwrapReport(stderr);
  const code = WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'GATEWAY_COMMAND_FAILED';
  const ending = exitCode === undefined ? (errno ?? 'was killed') : `failed with status ${exitCode}`;
  const quoted = words.length > MAX_QUOTED ? `${words.slice(0, MAX_QUOTED)}…` : words;
  return new LifecycleError(code, `${step} ${ending}: ${quoted || 'it said nothing'}`);
}
