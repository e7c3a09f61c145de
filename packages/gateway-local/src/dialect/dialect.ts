import { ConfigError, MAX_SANDBOX_NAME_LENGTH } from '@clamshell/core';

import { MAX_OLD_NAME_LENGTH } from '../names/validate-name.ts';

/** A released version of the tool, as far as its command line, its words and its quirks differ from the others'. */
export interface Dialect {
  readonly version: string;
  /** `--workspace`, and the workspace in an SSH host's alias (since 0.0.88). */
  readonly hasWorkspaces: boolean;
  /** `-o` of `create`, `get` and `status` (since 0.0.92). */
  readonly hasOutput: boolean;
  /** `stop` and `start` (since 0.0.105). */
  readonly canStop: boolean;
  /** `create`'s command is the main process, and there is `--detach` (since 0.0.111); it ran once, over SSH, before. */
  readonly hasMainProcess: boolean;
  /** Lists have pages with continuation tokens, in an envelope (since 0.1.0). */
  readonly hasPageTokens: boolean;
  /** A main process that ended with 0 is phase `Completed` (since 0.1.0), `Error` before. */
  readonly tellsCompletion: boolean;
  /** An `exec` whose stream is cut is an error (since 0.1.0); it was success before (openshell §1.4). */
  readonly tellsCutStream: boolean;
  /** Of a sandbox's name (19 since 0.0.86). */
  readonly maxNameLength: number;
  /** How a gRPC status reads: tonic 0.14's form, or 0.12's (openshell §1.5). */
  readonly status: 'text' | 'name';
  /** Outputs travel in pieces of this size (openshell §2.5); whole where speed matters more than likeness. */
  readonly pieceBytes: number | undefined;
}

const NEWEST: Dialect = {
  version: '0.1.5',
  hasWorkspaces: true,
  hasOutput: true,
  canStop: true,
  hasMainProcess: true,
  hasPageTokens: true,
  tellsCompletion: true,
  tellsCutStream: true,
  maxNameLength: MAX_SANDBOX_NAME_LENGTH,
  status: 'text',
  pieceBytes: 4096,
};

const MAIN: Dialect = {
  ...NEWEST,
  version: '0.0.111',
  hasPageTokens: false,
  tellsCompletion: false,
  tellsCutStream: false,
};
const WORKSPACES: Dialect = {
  ...MAIN,
  version: '0.0.88',
  hasOutput: false,
  canStop: false,
  hasMainProcess: false,
};
const OLDEST: Dialect = {
  ...WORKSPACES,
  version: '0.0.85',
  hasWorkspaces: false,
  maxNameLength: MAX_OLD_NAME_LENGTH,
  status: 'name',
};

/** What is spoken unless asked otherwise: 0.0.111, with outputs as quick as they can be. */
export const DEFAULT_DIALECT: Dialect = { ...MAIN, pieceBytes: undefined };

/** The dialect that `OPENSHELL_LOCAL_DIALECT` names. Throws CONFIG_INVALID for a version there is none of. */
export function chooseDialect(version: string | undefined): Dialect {
  if (version === undefined || version === '') return DEFAULT_DIALECT;
  const all = [OLDEST, WORKSPACES, MAIN, NEWEST];
  const found = all.find((dialect) => dialect.version === version);
  if (found !== undefined) return found;
  const known = all.map((dialect) => dialect.version).join(', ');
  throw new ConfigError(
    'CONFIG_INVALID',
    `OPENSHELL_LOCAL_DIALECT must be one of ${known}, not '${version}'`,
  );
}

/** The version of the contract that is spoken, and who speaks. */
export function describeVersion({ version }: Dialect): string {
  return `${version} (openshell-local)`;
}
