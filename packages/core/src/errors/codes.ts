/**
 * Every code an error of Clamshell may carry, with what the reader can do about it. The list is closed: a new
 * failure gets a row here first.
 */
export const ERROR_CODES = {
  CONFIG_INVALID: { retry: 'never', hint: 'Correct the named setting and run the command again.' },
  CONFIG_UNTRUSTED: {
    retry: 'never',
    hint: 'Look at the file, then say so with "clamshell trust"; or leave it out with --no-config.',
  },
  PATH_INVALID: { retry: 'never', hint: 'Use a relative path without ".", ".." or NUL.' },
  SANDBOX_NAME_INVALID: {
    retry: 'never',
    hint: 'Use 1 to 19 lower-case letters, digits or single hyphens, with no hyphen at either end.',
  },
  SANDBOX_NOT_FOUND: { retry: 'never', hint: 'List what exists with: clamshell ls' },
  SANDBOX_EXISTS: {
    retry: 'same-call',
    hint: 'Another process created it first; the next attempt adopts it.',
  },
  SANDBOX_OWNED_BY_OTHER: {
    retry: 'never',
    hint: 'The sandbox carries another installation’s label; choose another scope or remove it there.',
  },
  SANDBOX_ID_CHANGED: {
    retry: 'same-call',
    hint: 'The sandbox was replaced by another of the same name; look at it before anything is removed.',
  },
  SANDBOX_FAILED: { retry: 'same-call', hint: 'Remove it with "clamshell rm" and run again.' },
  SANDBOX_NOT_READY: { retry: 'same-call', hint: 'Wait for the sandbox to become Ready and try again.' },
  GATEWAY_UNREACHABLE: { retry: 'same-call', hint: 'Check that the gateway runs and is the active one.' },
  GATEWAY_UNAUTHORIZED: { retry: 'never', hint: 'Log in again: openshell gateway login' },
  GATEWAY_COMMAND_FAILED: { retry: 'never', hint: 'The gateway’s own words are in the message.' },
  GATEWAY_REPLY_INVALID: {
    retry: 'never',
    hint: 'Check that the command is an openshell of a supported version.',
  },
  GATEWAY_TOO_OLD: { retry: 'never', hint: 'Update openshell, on this host and on the gateway.' },
  GATEWAY_EXECUTABLE_MISSING: { retry: 'never', hint: 'Install openshell, or use --provider local.' },
  ISOLATION_UNAVAILABLE: {
    retry: 'never',
    hint: 'Install bubblewrap, or allow unprivileged user namespaces; --insecure-no-isolation runs without any.',
  },
  ENDPOINT_INVALID: {
    retry: 'never',
    hint: 'The gateway printed an SSH configuration that is not safe to use.',
  },
  HOST_KEY_UNKNOWN: {
    retry: 'never',
    hint: 'Connect once with ssh and compare the key, or put it into known_hosts yourself.',
  },
  HOST_KEY_CHANGED: {
    retry: 'never',
    hint: 'The machine is another one, or someone stands in between. If it was set up anew: ssh-keygen -R HOST, then connect once with ssh.',
  },
  HOST_KEY_REVOKED: { retry: 'never', hint: 'Known hosts say that this key is not to be trusted any more.' },
  HOST_CERTIFICATE_UNSUPPORTED: {
    retry: 'never',
    hint: 'Certificates of hosts can’t be verified here; put the host’s own key into known_hosts.',
  },
  LOGIN_REFUSED: {
    retry: 'never',
    hint: 'Try the same with ssh. A key with a passphrase is used through the SSH agent: ssh-add.',
  },
  CONNECTION_FAILED: { retry: 'after-reconnect', hint: 'The sandbox did not answer over SSH; try again.' },
  CONNECTION_LOST: {
    retry: 'after-reconnect',
    hint: 'The link to the sandbox broke; run again to resume with a sync.',
  },
  EXIT_UNKNOWN: {
    retry: 'never',
    hint: 'The command’s exit status never arrived: it may or may not have finished. Look before running it again.',
  },
  COMMAND_NOT_STARTED: { retry: 'same-call', hint: 'The sandbox’s shell did not start the command.' },
  CAPABILITY_MISSING: { retry: 'never', hint: 'Use a transport or provider that can do it.' },
  TRANSFER_INCOMPLETE: {
    retry: 'same-call',
    hint: 'The target holds something else than the source; discard it and try again.',
  },
  OUTPUT_LIMIT: {
    retry: 'never',
    hint: 'The output is larger than the stated cap; write it to a file instead.',
  },
  DEADLINE_EXCEEDED: { retry: 'same-call', hint: 'Allow more time with --timeout.' },
  SYNC_HALTED: { retry: 'never', hint: 'Nothing was changed; look at both sides, then say how to go on.' },
  SYNC_REPLY_INVALID: {
    retry: 'same-call',
    hint: 'The sandbox answered a scan with something else; nothing was changed.',
  },
  SANDBOX_UNFIT: {
    retry: 'never',
    hint: 'The sandbox lacks what the mirror needs there: sh, find, xargs, stat, sha256sum, tar, hard links, disk space.',
  },
  ARCHIVE_INVALID: {
    retry: 'same-call',
    hint: 'The sandbox sent an archive that breaks the rules; nothing was changed.',
  },
  LIMIT_EXCEEDED: {
    retry: 'never',
    hint: 'The workspace is larger than a stated limit; exclude what need not be mirrored.',
  },
  WORKSPACE_LOCKED: { retry: 'same-call', hint: 'Another process works on it; wait for it to finish.' },
  WORKSPACE_INVALID: { retry: 'never', hint: 'Name an existing directory with --dir.' },
  STATE_CONFLICT: {
    retry: 'same-call',
    hint: 'Another process changed the same record; the call can be made again.',
  },
  STATE_INVALID: {
    retry: 'never',
    hint: 'A state file is not readable as such; move it aside to start afresh.',
  },
  PROCESS_NOT_FOUND: {
    retry: 'never',
    hint: 'List what runs in the background; it may have ended and been cleared away.',
  },
  PROCESS_NOT_ENDED: {
    retry: 'same-call',
    hint: 'Some of the command’s processes live on; look at them in the sandbox.',
  },
  PORT_TAKEN: { retry: 'never', hint: 'Choose another local port, or 0 for any that is free.' },
  FILE_NOT_FOUND: { retry: 'never', hint: 'Check the path.' },
  FILE_EXISTS: { retry: 'never', hint: 'Choose another name, or remove the existing one first.' },
  FILE_KIND: { retry: 'never', hint: 'Only regular files can be read and written here.' },
  PATH_ESCAPES: { retry: 'never', hint: 'The path leads outside its mount, or through a symbolic link.' },
  FILE_ACCESS: { retry: 'never', hint: 'Check owner and mode of the path.' },
  FILE_NOT_EMPTY: { retry: 'never', hint: 'Remove it recursively, or empty it first.' },
  FILE_READ_ONLY: {
    retry: 'never',
    hint: 'This part of the mount is closed to writes; choose another place.',
  },
  FILE_LINKED: {
    retry: 'never',
    hint: 'The file has several names, which may lie elsewhere; replace it by remove and create.',
  },
  FILE_CHANGED: { retry: 'same-call', hint: 'Something else writes it; read it again when that has ended.' },
  FILE_REPLY_INVALID: {
    retry: 'same-call',
    hint: 'The sandbox answered a file request with something else; see what its shell profile prints.',
  },
  FILE_IO_FAILED: {
    retry: 'same-call',
    hint: 'The system gave up (disk full, too many open files, …); see the message.',
  },
} as const satisfies Record<string, { readonly retry: RetryPolicy; readonly hint: string }>;

/** When the same call may succeed: never, as it is, or once a new connection stands. */
export type RetryPolicy = 'never' | 'same-call' | 'after-reconnect';

export type ErrorCode = keyof typeof ERROR_CODES;
