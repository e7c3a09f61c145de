import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Calls of this process that change the file system, or open something there, in every form that the sources use; while
 * a fault stands, one of them fails. To be imported before what is tried: some of it keeps a function as it finds it.
 */
export const ERRNOS = ['ENOSPC', 'EXDEV', 'EMFILE', 'EACCES'] as const;
export type Errno = (typeof ERRNOS)[number];

const SYNCHRONOUS = [
  'renameSync',
  'linkSync',
  'unlinkSync',
  'mkdirSync',
  'rmdirSync',
  'symlinkSync',
  'writeSync',
  'openSync',
  'chmodSync',
  'lutimesSync',
  'writeFileSync',
] as const;
const OF_PROMISES = ['open', 'rename', 'mkdir', 'rm', 'unlink'] as const;
const OF_HANDLES = ['writeFile', 'write', 'chmod', 'sync'] as const;

/** What changes names or content: where a process may be killed. */
export const CHANGES: ReadonlySet<string> = new Set([
  ...['renameSync', 'linkSync', 'unlinkSync', 'mkdirSync', 'rmdirSync', 'symlinkSync'],
  ...['promises.rename', 'promises.rm', 'promises.unlink', 'handle.writeFile', 'handle.write'],
]);

/** What makes a change durable, and all that is awaited. */
export const DURABLE: ReadonlySet<string> = new Set([
  ...['fsyncSync', 'fdatasync', 'writeFileSync'],
  ...OF_PROMISES.map((name) => `promises.${name}`),
  ...OF_HANDLES.map((name) => `handle.${name}`),
]);

export interface FaultOptions {
  /** From 1: the call that fails. */
  readonly at: number;
  /** Which calls count; all when left out. */
  readonly among?: ReadonlySet<string> | undefined;
  /** What the call throws, if it is to go on at all. */
  readonly fail: (call: string) => Error;
}

/** From now until it is disposed of; one at a time. */
export function injectFault(options: FaultOptions): Fault {
  standing = new Fault(options);
  return standing;
}

class Fault implements Disposable {
  readonly #options: FaultOptions;
  count = 0;

  constructor(options: FaultOptions) {
    this.#options = options;
  }

  errorOf(call: string): Error | undefined {
    const { at, among, fail } = this.#options;
    if (among?.has(call) === false) return undefined;
    this.count += 1;
    return this.count === at ? fail(call) : undefined;
  }

  [Symbol.dispose](): void {
    standing = undefined;
  }
}

export function failsWith(errno: Errno): FaultOptions['fail'] {
  return (call) =>
    Object.assign(new Error(`${errno}: injected into ${call}`), { code: errno, syscall: call });
}

let standing: Fault | undefined;

type Call = (this: unknown, ...args: readonly unknown[]) => unknown;

const throwing: FailWay = (error) => {
  throw error;
};
const rejecting: FailWay = (error) => Promise.reject(error);
const callingBack: FailWay = (error, args) => (args.at(-1) as (error: Error) => void)(error);
type FailWay = (error: Error, args: readonly unknown[]) => unknown;

/** What is opened must be closed, so no call that closes fails. */
function patch(owner: object, name: string, { call, way }: { call: string; way: FailWay }): void {
  const original = Reflect.get(owner, name) as Call;
  const patched: Call = function (...args) {
    const error = standing?.errorOf(call);
    return error === undefined ? Reflect.apply(original, this, args) : way(error, args);
  };
  Reflect.set(owner, name, patched);
}

for (const name of [...SYNCHRONOUS, 'fsyncSync']) patch(fs, name, { call: name, way: throwing });
patch(fs, 'fdatasync', { call: 'fdatasync', way: callingBack });
await using handle = await fs.promises.open('/dev/null');
const handles = Object.getPrototypeOf(handle) as object;
for (const name of OF_HANDLES) patch(handles, name, { call: `handle.${name}`, way: rejecting });
for (const name of OF_PROMISES) patch(fs.promises, name, { call: `promises.${name}`, way: rejecting });
syncBuiltinESMExports();
