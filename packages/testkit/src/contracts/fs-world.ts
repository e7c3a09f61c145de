import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {
  type BridgePath,
  type FsBridge,
  type Mount,
  parseHostPath,
  parseRelPath,
  parseRemotePath,
} from '@clamshell/core';

/**
 * Directories for file bridges, each mount's host and sandbox half beside the other, and one outside of both with a
 * secret in it.
 */
export interface FsWorld extends Disposable {
  readonly outside: string;
  readonly main: Mount;
  readonly other: Mount;
  /** Closed to writes. */
  readonly sealed: Mount;
  /** A part of `main` that is closed to writes. */
  readonly closed: readonly BridgePath[];
}

export function makeFsWorld(): FsWorld {
  const base = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fs-bridge-')));
  const outside = path.join(base, 'outside');
  fs.mkdirSync(outside);
  fs.writeFileSync(path.join(outside, 'secret'), 'not yours');
  const mount = (name: string, readOnly: boolean): Mount => {
    const [host, sandbox] = [path.join(base, 'host', name), path.join(base, 'sandbox', name)];
    for (const half of [host, sandbox]) fs.mkdirSync(half, { recursive: true });
    const roots = { host: parseHostPath(host), sandbox: parseRemotePath(sandbox) };
    return { ...roots, direction: 'both', readOnly, protect: [] };
  };
  const main = mount('main', false);
  return {
    outside,
    main,
    other: mount('other', false),
    sealed: mount('sealed', true),
    closed: [{ mount: main, path: parseRelPath('.agents/skills') }],
    [Symbol.dispose]: () => fs.rmSync(base, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** One bridge over a world, and where the files are that it is right about. */
export interface FsBridgeSubject extends AsyncDisposable {
  readonly subject: FsBridge;
  readonly world: FsWorld;
  /** The half that a rule sets up and looks at. */
  readonly truth: 'host' | 'sandbox';
  /** Called once a rule has set up files in a mount. */
  settle?(mount: Mount): Promise<unknown>;
}

/** Files to be there: text, a link's target as `-> target`, a directory as undefined. */
export type Files = Readonly<Record<string, string | undefined>>;

/** What a rule speaks: places of the main mount by name, and what Node finds there. */
export function speakOf({ subject, world, truth, settle }: FsBridgeSubject) {
  const placeIn = (mount: Mount, name: string): BridgePath => ({
    mount,
    path: name === '' ? undefined : parseRelPath(name),
  });
  const real = (name: string, mount = world.main) => Buffer.from(`${mount[truth]}/${name}`, 'latin1');
  return {
    fs: subject,
    world,
    real,
    at: (name: string) => placeIn(world.main, name),
    inOther: (name: string) => placeIn(world.other, name),
    inSealed: (name: string) => placeIn(world.sealed, name),
    read: (name: string, mount = world.main) => fs.readFileSync(real(name, mount), 'latin1'),
    exists: (name: string) => fs.lstatSync(real(name), { throwIfNoEntry: false }) !== undefined,
    async given(files: Files, mount = world.main) {
      for (const [name, content] of Object.entries(files)) put(real(name, mount), content);
      await settle?.(mount);
    },
  };
}

function put(place: Buffer, content: string | undefined): void {
  const parent = place.subarray(0, place.lastIndexOf(0x2f));
  fs.mkdirSync(content === undefined ? place : parent, { recursive: true });
  if (content?.startsWith('-> ') === true) fs.symlinkSync(Buffer.from(content.slice(3), 'latin1'), place);
  else if (content !== undefined) fs.writeFileSync(place, content, 'latin1');
}

export const bytes = (text: string) => Buffer.from(text, 'latin1');

export const failsWith = (code: string) => ({ name: 'FsError', code });
