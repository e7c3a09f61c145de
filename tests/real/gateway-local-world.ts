import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { openShellLocalCommand } from '@clamshell/gateway-local';
import { acquireLock } from '@clamshell/host';

import { connectThrough, type SshConnection } from './gateway-local-ssh-client.ts';

export type Backend = 'bwrap' | 'unshare';
export type Caller = 'self' | 'ordinary user';

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly input?: string;
  /** The home directory when left out. */
  readonly cwd?: string;
}

/** The built program with a state directory and a home of its own; disposal deletes every sandbox. */
export interface World extends AsyncDisposable {
  /** For files that must not be seen inside. */
  readonly home: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>, more?: RunOptions): Promise<Ended>;
  /** As `run`, failing the test unless it ends with 0. */
  must(...args: string[]): Promise<string>;
  connect(name: string): Promise<SshConnection>;
  proxy(name: string): ChildProcess;
  /** Of the default workspace. */
  directoryOf(name: string): string;
  recordOf(
    name: string,
  ): { readonly stage: { readonly init?: { readonly pid: number } } } & Record<string, unknown>;
}

/** Nobody's, on any machine. */
const ORDINARY_UID = 64_321;

const BECOME_OTHER: readonly [string, ...string[]] = [
  'setpriv',
  `--reuid=${ORDINARY_UID}`,
  `--regid=${ORDINARY_UID}`,
  '--clear-groups',
  '--',
];

/** Longer than a socket's address may be, and with all that a script or a mount table could trip over. */
const AWKWARD_NAME = `a home's \\ $HOME "${'x'.repeat(100)}"`;

const packageRoot = path.resolve(import.meta.dirname, '../../packages/gateway-local');

interface WorldOptions {
  readonly backend?: Backend;
  readonly caller?: Caller;
  /** A program that runs the rest of its arguments, as the caller. */
  readonly wrapper?: readonly string[];
}

export async function openWorld(options: WorldOptions = {}): Promise<World> {
  await build();
  const base = mkdtempSync(path.join(os.tmpdir(), 'clamshell-gateway-local-'));
  chmodSync(base, 0o755);
  const home = path.join(base, AWKWARD_NAME);
  mkdirSync(home, { mode: 0o700 });
  const isOther = options.caller === 'ordinary user' && process.geteuid?.() === 0;
  if (isOther) chownSync(home, ORDINARY_UID, ORDINARY_UID);
  const { wrapper = [] } = options;
  const program = isOther ? await programForOther(base) : openShellLocalCommand();
  const command = [...(isOther ? BECOME_OTHER : []), ...wrapper, ...program];
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    XDG_STATE_HOME: path.join(home, 'state'),
    NO_GRAPHICS: '1',
    ...(options.backend === undefined ? {} : { OPENSHELL_LOCAL_ISOLATION: options.backend }),
  };
  return createWorld({ base, home, command, env });
}

interface WorldParts {
  readonly base: string;
  readonly home: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

function createWorld({ base, home, command, env }: WorldParts): World {
  const [file = '', ...leading] = command;
  const run: World['run'] = (args, extra = {}, more = {}) =>
    runToEnd(file, [...leading, ...args], { env: { ...env, ...extra }, cwd: home, ...more });
  const must = async (...args: string[]) => {
    const { code, stdout, stderr } = await run(args);
    if (code !== 0) throw new TypeError(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const proxy = (name: string) =>
    spawn(file, [...leading, 'ssh-proxy', '--gateway-name', 'local', '--name', name], { env, stdio: 'pipe' });
  const directoryOf = (name: string) => path.join(home, 'state/clamshell/gateway-local/local/default', name);
  return {
    home,
    run,
    must,
    proxy,
    directoryOf,
    connect: (name) => connectThrough(proxy(name)),
    recordOf: (name) => JSON.parse(readFileSync(path.join(directoryOf(name), 'sandbox.json'), 'utf8')),
    async [Symbol.asyncDispose]() {
      await must('sandbox', 'delete', '--all');
      rmSync(base, { recursive: true, force: true });
    },
  };
}

async function runToEnd(
  file: string,
  args: readonly string[],
  { input = '', ...options }: RunOptions & { readonly env: NodeJS.ProcessEnv },
): Promise<Ended> {
  const running = promisify(execFile)(file, args, { ...options, maxBuffer: 2 ** 26 });
  // A program that does not read its input is no error of the test.
  running.child.stdin?.on('error', () => {}).end(input);
  try {
    const { stdout, stderr } = await running;
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Copies for a user who may not enter the directories that lead to the originals. */
async function programForOther(base: string): Promise<readonly string[]> {
  const [node, script] = openShellLocalCommand();
  const directory = path.join(base, 'program');
  mkdirSync(directory);
  for (const name of ['openshell-local.js', 'supervisor.js']) {
    copyFileSync(path.join(path.dirname(script ?? ''), name), path.join(directory, name));
  }
  const [become, ...rest] = BECOME_OTHER;
  const { code } = await runToEnd(become, [...rest, node, '--version'], { env: process.env });
  const usable = code === 0 ? node : path.join(directory, 'node');
  if (usable !== node) copyFileSync(node, usable);
  return [usable, path.join(directory, 'openshell-local.js')];
}

/** Builds the program unless it is newer than all it is made of; one test file at a time. */
async function build(): Promise<void> {
  const built = path.join(packageRoot, 'dist/openshell-local.js');
  await using _lock = await acquireLock(
    path.join(os.tmpdir(), `clamshell-build-${process.geteuid?.()}.lock`),
  );
  const sources = ['gateway-local/src', 'core/src', 'host/src'].map((name) =>
    path.join(packageRoot, '..', name),
  );
  const builtAt = statSync(built, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (Math.max(...sources.map(newestIn)) < builtAt) return;
  const manifest = JSON.parse(readFileSync(path.join(packageRoot, 'package.json'), 'utf8'));
  // Of the package's own build the last step, which makes the programs.
  const [, ...bundle] = manifest.scripts.build.split(' && ').at(-1).split(' ');
  execFileSync(process.execPath, bundle, { cwd: packageRoot });
}

function newestIn(directory: string): number {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((file) => statSync(path.join(directory, file)).mtimeMs));
}

/** Why this back-end can't be tried by this caller; under CI a missing one is a failure, not a reason. */
export async function whyNot(backend: Backend, caller: Caller): Promise<string | undefined> {
  if (caller === 'ordinary user' && process.geteuid?.() !== 0) {
    process.stderr.write(`skipped: ${backend} as ${caller}: only root can be two users\n`);
    return 'only root can be two users';
  }
  await using world = await openWorld({ backend, caller });
  const { code, stderr } = await world.run(['sandbox', 'create', '--name', 'probe']);
  if (code === 0) return undefined;
  if (process.env['CI'] === 'true' || !stderr.includes('isolation is not available'))
    throw new TypeError(stderr);
  process.stderr.write(`skipped: ${backend} as ${caller}: ${stderr}`);
  return stderr;
}
