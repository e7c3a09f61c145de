import { mkdirSync } from 'node:fs';
import path from 'node:path';

import { ConfigError, LifecycleError, type SandboxName } from '@clamshell/core';
import { resolveStateDirectory } from '@clamshell/host';

import { isValidName } from '../names/validate-name.ts';

/** One workspace of one gateway: the directory that holds its sandboxes. */
export interface Scope {
  readonly gateway: string;
  readonly workspace: string;
  readonly directory: string;
  /** Every workspace of every gateway below it. */
  readonly stateRoot: string;
}

/** Where the parts of one sandbox lie. All of it is private to the caller; only what a comment says is seen inside. */
export interface SandboxPlace {
  readonly name: SandboxName;
  readonly directory: string;
  readonly record: string;
  /** `/sandbox` inside. */
  readonly files: string;
  /** Its other writable directories, by their number in the policy. */
  readonly own: string;
  /** What happened to it. */
  readonly log: string;
  /** `/etc` inside, read-only. */
  readonly etc: string;
  /** `/opt/clamshell/lib` inside, read-only: the supervisor and its settings. */
  readonly lib: string;
  /** `/opt/clamshell/run` inside, writable there: nothing in it is believed but that a file is there. */
  readonly run: string;
  /** An empty directory, on which a new root is mounted. */
  readonly root: string;
}

/** The listening socket, in the sandbox's directory; used by that relative name only, for a long path has no address. */
export const SOCKET_NAME = 'ssh.sock';

/** Left by the supervisor in `run` when the main process has ended. */
export const MAIN_EXITED_NAME = 'main-exited';
/** Instead, where it has ended well and that is told apart. */
export const MAIN_COMPLETED_NAME = 'main-completed';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every well-formed gateway and workspace exists. Throws in the gateway's words for the others (openshell §1.5). */
export function resolveScope(env: Environment, gateway: string, workspace: string): Scope {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}$/.test(gateway)) {
    throw new ConfigError('GATEWAY_UNREACHABLE', `Unknown gateway '${gateway}'.`);
  }
  if (!isValidName(workspace))
    throw new LifecycleError('WORKSPACE_INVALID', `workspace '${workspace}' not found`);
  const stateRoot = resolveStateDirectory(env, 'gateway-local');
  return { gateway, workspace, stateRoot, directory: path.join(stateRoot, gateway, workspace) };
}

export function makeScopeDirectory(scope: Scope): void {
  mkdirSync(lockDirectory(scope), { recursive: true, mode: 0o700 });
}

/** Throws SANDBOX_NOT_FOUND for a name no sandbox can have. */
export function placeOf(scope: Scope, name: string): SandboxPlace {
  if (!isValidName(name)) throw new LifecycleError('SANDBOX_NOT_FOUND', 'sandbox not found');
  return placeAt(path.join(scope.directory, name), name);
}

/** Where a sandbox is put together before it takes its name. No sandbox's name begins with a dot. */
export function draftPlaceOf(scope: Scope, name: SandboxName): SandboxPlace {
  return placeAt(path.join(scope.directory, `.new-${name}`), name);
}

/** Where what is left of a deleted sandbox waits for its removal. */
export function discardedDirectory(scope: Scope, id: string): string {
  return path.join(scope.directory, `.gone-${id}`);
}

export function lockFile(scope: Scope, name: SandboxName): string {
  return path.join(lockDirectory(scope), name);
}

function lockDirectory(scope: Scope): string {
  return path.join(scope.directory, '.locks');
}

function placeAt(directory: string, name: SandboxName): SandboxPlace {
  const part = (word: string) => path.join(directory, word);
  return {
    name,
    directory,
    record: part('sandbox.json'),
    files: part('files'),
    own: part('own'),
    log: part('log'),
    etc: part('etc'),
    lib: part('lib'),
    run: part('run'),
    root: part('root'),
  };
}
