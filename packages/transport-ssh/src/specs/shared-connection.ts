import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { Argv, Clock, SshEndpoint } from '@clamshell/core';

import { settlesWithin } from '../connection/settles-within.ts';
import { HOST_ALIAS, localConfig } from './local-config.ts';

/** What a Unix socket's path may have, less the suffix that `ssh` adds while it makes one. */
const MAX_SOCKET_PATH_BYTES = 104 - 1 - 17;

/** After this `ssh` connects by itself. */
const MASTER_PATIENCE_MS = 10_000;
const LOOK_MS = 10;
const END_MS = 1000;

/** What the master runs itself: it ends with its input, and so with this process, and the master after the last command. */
const HOLD = 'exec cat >/dev/null';

interface SharedDeps {
  readonly endpoint: SshEndpoint;
  /** The public key that the server has shown. */
  readonly hostKey: Uint8Array;
  readonly env: Readonly<Record<string, string>>;
  readonly clock: Clock;
}

/** A connection of the system's `ssh`, that commands of the host's own share, and the files that lead to it. */
export interface SharedConnection extends AsyncDisposable {
  /** What comes before the options and the text of a command. Connects first where the connection is gone. */
  argv(signal: AbortSignal | undefined): Promise<Argv>;
}

export function createSharedConnection(deps: SharedDeps): SharedConnection {
  let files: Promise<string> | undefined;
  let master: Promise<ChildProcess> | undefined;
  const connect = async () => {
    const directory = await (files ??= makeFiles(deps));
    const current = await master?.catch(() => undefined);
    if (current?.exitCode === null && current.signalCode === null) return directory;
    master = startMaster(deps, directory);
    await master;
    return directory;
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    async argv(signal) {
      const connecting = turn.then(connect);
      turn = connecting.catch(() => {});
      const directory = await connecting;
      signal?.throwIfAborted();
      return ['ssh', '-F', path.join(directory, 'config')];
    },
    async [Symbol.asyncDispose]() {
      await turn;
      const [directory, program] = [
        await files?.catch(() => undefined),
        await master?.catch(() => undefined),
      ];
      if (program !== undefined) await endMaster(program, deps.clock);
      if (directory !== undefined) await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A private directory; the shorter place where the usual one is too deep for a socket. */
async function makeFiles({ endpoint, hostKey }: SharedDeps): Promise<string> {
  const usual = path.join(os.tmpdir(), 'clamshell-');
  const isShort = Buffer.byteLength(socketIn(`${usual}XXXXXX`)) <= MAX_SOCKET_PATH_BYTES;
  const directory = await mkdtemp(isShort ? usual : '/tmp/clamshell-');
  const write = (name: string, text: string) => writeFile(path.join(directory, name), text, { mode: 0o600 });
  const knownHosts = path.join(directory, 'known_hosts');
  await write('config', localConfig({ endpoint, controlPath: socketIn(directory), knownHosts }));
  await write('known_hosts', `${HOST_ALIAS} ${typeOf(hostKey)} ${Buffer.from(hostKey).toString('base64')}\n`);
  return directory;
}

/** A public key begins with its type, and that with its length. */
function typeOf(key: Uint8Array): string {
  const bytes = Buffer.from(key);
  return bytes.toString('latin1', 4, 4 + bytes.readUInt32BE());
}

function socketIn(directory: string): string {
  return path.join(directory, 'master');
}

/** Resolves once the connection can be shared, or won't be: the command's own `ssh` then says why. */
async function startMaster({ env, clock }: SharedDeps, directory: string): Promise<ChildProcess> {
  const socket = socketIn(directory);
  await rm(socket, { force: true });
  const args = ['-F', path.join(directory, 'config'), '-o', 'ControlMaster=yes', '-T', HOST_ALIAS, HOLD];
  const program = spawn('ssh', args, { env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'] });
  program.stdin.on('error', () => {});
  const ended = once(program, 'exit').catch(() => {});
  const end = clock.now() + MASTER_PATIENCE_MS;
  while (!existsSync(socket) && clock.now() < end && program.exitCode === null && program.pid !== undefined)
    await settlesWithin(ended, LOOK_MS, clock);
  return program;
}

async function endMaster(program: ChildProcess, clock: Clock): Promise<void> {
  if (program.pid === undefined || program.exitCode !== null || program.signalCode !== null) return;
  const ended = once(program, 'exit');
  program.kill('SIGTERM');
  if (!(await settlesWithin(ended, END_MS, clock))) program.kill('SIGKILL');
  await ended;
}
