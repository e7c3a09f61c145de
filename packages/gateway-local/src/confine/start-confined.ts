import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, linkSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { invariant, LifecycleError } from '@clamshell/core';
import { identifyProcess, type ProcessIdentity } from '@clamshell/host';

import { SOCKET_NAME } from '../state/scope.ts';
import { awaitBanner } from './await-banner.ts';
import { killGroup } from './kill-group.ts';
import { leaveKeyring } from './leave-keyring.ts';
import { ARGUMENTS_FD, type ConfinedCommand, STATUS_FD, SYSTEM_PATH } from './plan.ts';
import { readHead } from './read-head.ts';

export interface ConfinedStart {
  /** The sandbox's own directory; becomes this process's current one, since a socket has a short name only there. */
  readonly directory: string;
  readonly command: ConfinedCommand;
  /** Without confinement the spawned process is the sandbox's first one itself, and is given this. */
  readonly unconfinedEnv?: Readonly<Record<string, string>> | undefined;
  /** Writes the first process down; only then does it go on. */
  readonly onInit: (init: ProcessIdentity) => Promise<void>;
  /** Takes the listener that a sandbox with a way out has in its own network; without it there is no such way. */
  readonly onListener?: ((listener: Server) => Promise<void>) | undefined;
  readonly deadlineMs: number;
}

const TEMPORARY_SOCKET_NAME = 'ssh.new';
/** A file, not a pipe: bubblewrap that can't write its word, since the starter is gone, leaves a stuck process. */
const STATUS_NAME = 'first-process.json';
const STATUS_POLL_MS = 2;
const LAST_WORDS_MS = 500;

/**
 * Starts a sandbox's processes in a session of their own and resolves once its SSH server has spoken. Rejects with
 * SANDBOX_FAILED and the start's own words; then nothing of it runs any more but what `onInit` was told of.
 */
export async function startConfined(start: ConfinedStart): Promise<void> {
  process.chdir(start.directory);
  const listener = await listen();
  const child = spawnWithListener(start, listener);
  const words = readHead(child.stdio[2] as Readable);
  const ended = endOf(child);
  ended.catch(() => {});
  try {
    await Promise.race([handOver(child, start), ended]);
    if (start.onListener !== undefined) await Promise.race([takeListener(child, start.onListener), ended]);
    await Promise.race([awaitBanner(SOCKET_NAME, start.deadlineMs), ended]);
  } catch (cause) {
    const said = await giveUp(child, words);
    const why = [cause instanceof Error ? cause.message : String(cause), said];
    throw new LifecycleError('SANDBOX_FAILED', why.filter(Boolean).join(': '), { cause });
  }
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
}

async function listen(): Promise<Server> {
  rmSync(SOCKET_NAME, { force: true });
  rmSync(TEMPORARY_SOCKET_NAME, { force: true });
  const server = createServer();
  server.listen(TEMPORARY_SOCKET_NAME);
  await once(server, 'listening');
  linkSync(TEMPORARY_SOCKET_NAME, SOCKET_NAME);
  return server;
}

function spawnWithListener(
  { command, unconfinedEnv, onListener }: ConfinedStart,
  listener: Server,
): ChildProcess {
  const [file, ...args] = leaveKeyring(command.argv);
  const status = openSync(STATUS_NAME, 'w');
  try {
    return spawn(file, args, {
      cwd: '/',
      detached: true,
      env: unconfinedEnv ?? { PATH: SYSTEM_PATH },
      stdio: [
        ...(['pipe', 'ignore', 'pipe', descriptorOf(listener), 'pipe', status] as const),
        ...(onListener === undefined ? [] : ['ipc' as const]),
      ],
    });
  } finally {
    closeSync(status);
    // libuv removes the temporary name with the server; the hard link stays.
    listener.close();
  }
}

/** Node tells it nobody, and takes streams only where a child is to inherit something. */
function descriptorOf(listener: Server): number {
  const { fd } = (listener as Server & { readonly _handle: { readonly fd: number } })._handle;
  invariant(fd > STATUS_FD, 'a listening server has a descriptor');
  return fd;
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  throw new LifecycleError(
    'SANDBOX_FAILED',
    `the supervisor ended with ${code ?? signal} before it was ready`,
  );
}

async function takeListener(
  child: ChildProcess,
  onListener: NonNullable<ConfinedStart['onListener']>,
): Promise<void> {
  const [, listener] = (await once(child, 'message')) as [unknown, Server];
  await onListener(listener);
  child.disconnect();
}

/** Learns the first process, has it written down, and lets it go on. */
async function handOver(
  child: ChildProcess,
  { command, unconfinedEnv, onInit }: ConfinedStart,
): Promise<void> {
  const [gate, feed] = [child.stdio[0] as Writable, child.stdio[ARGUMENTS_FD] as Writable];
  // A start that has ended tells its reason by itself.
  for (const stream of [gate, feed]) stream.on('error', () => {});
  feed.end(command.argumentsText);
  const pid = unconfinedEnv === undefined ? await readChildPid(child) : child.pid;
  const init = pid === undefined ? undefined : identifyProcess(pid);
  if (init === undefined)
    throw new LifecycleError('SANDBOX_FAILED', 'the first process could not be identified');
  await onInit(init);
  gate.end('go\n');
}

async function readChildPid(child: ChildProcess): Promise<number | undefined> {
  while (child.exitCode === null && child.signalCode === null) {
    const found = /"child-pid":\s*(\d+)\D/.exec(readFileSync(STATUS_NAME, 'latin1'))?.[1];
    if (found !== undefined) return Number(found);
    await sleep(STATUS_POLL_MS);
  }
  return undefined;
}

/** A first process that still waits at the gate ends with it; one that is past it may hold stderr open for ever. */
async function giveUp(child: ChildProcess, words: Promise<string>): Promise<string> {
  killGroup(child);
  child.stdin?.destroy();
  const timer = setTimeout(() => child.stderr?.destroy(), LAST_WORDS_MS);
  const said = (await words).trim();
  clearTimeout(timer);
  for (const stream of child.stdio) stream?.destroy();
  child.unref();
  return said;
}
