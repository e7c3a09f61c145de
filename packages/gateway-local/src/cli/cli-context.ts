import type { Readable, Writable } from 'node:stream';

import type { Dialect } from '../dialect/dialect.ts';
import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import type { Scope } from '../state/scope.ts';

/** The program's own, for commands that pass bytes on. */
export interface ProgramStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable;
  readonly stderr: Writable;
}

/** What every command is given besides its own arguments. */
export interface CliContext {
  readonly host: GatewayHost;
  readonly scope: Scope;
  readonly dialect: Dialect;
  readonly streams: ProgramStreams;
  readonly print: (text: string) => void;
  /** Ends the program with this status once the command is done; 0 otherwise. */
  readonly exitWith: (status: number) => void;
}

/** What is known before options are read: the words after `--`, where it was given, and who is asked to speak. */
export interface CommandLine {
  readonly words: readonly string[] | undefined;
  readonly dialect: Dialect;
}
