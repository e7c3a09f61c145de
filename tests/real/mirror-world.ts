import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import {
  type CommitOutcome,
  parseHostPath,
  parseRemotePath,
  type PathCommit,
  type SandboxId,
  type SyncOptions,
  type SyncOutcome,
  type SyncPlan,
  type WorkspaceMirror,
} from '@clamshell/core';
import { createWorkspaceMirror, type WorkspaceMirrorOptions } from '@clamshell/sync-mirror';
import { systemClock } from '@clamshell/testkit';

import { localRequests, localShell, type LocalShellOptions } from './mirror-local-shell.ts';

export type Done = Extract<SyncOutcome, { status: 'done' }>;
type Half = 'host' | 'sandbox';

/** Two real directories and a mirror between them, removed at the end. Names are text, or latin1 bytes in a Buffer. */
export class World implements Disposable {
  readonly top = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'mirror-')));
  readonly host = path.join(this.top, 'host');
  readonly sandbox = path.join(this.top, 'sandbox');
  readonly state = path.join(this.top, 'state');
  readonly shell: LocalShellOptions;
  readonly #options: Partial<WorkspaceMirrorOptions>;
  /** One for all syncs: what it remembers between them is tried too. */
  #mirror: WorkspaceMirror | undefined;
  id = 'sandbox-1' as SandboxId;

  constructor(shell: LocalShellOptions = {}, options: Partial<WorkspaceMirrorOptions> = {}) {
    this.shell = shell;
    this.#options = options;
    for (const directory of [this.host, this.sandbox]) fs.mkdirSync(directory);
    fs.chmodSync(this.top, 0o755);
    if (shell.uid !== undefined) fs.chownSync(this.sandbox, shell.uid, shell.uid);
  }

  mirror(shell: LocalShellOptions = this.shell) {
    const mirror = (this.#mirror ??= createWorkspaceMirror({
      hostRoot: parseHostPath(this.host),
      sandboxRoot: parseRemotePath(this.sandbox),
      stateDirectory: this.state,
      clock: systemClock,
      newId: () => randomBytes(16).toString('hex'),
      ...this.#options,
    }));
    const requests = shell.requests === true ? localRequests(shell) : undefined;
    const peer = () => ({ id: this.id, shell: localShell(shell), requests });
    return {
      ...mirror,
      sync: (options?: SyncOptions): Promise<SyncOutcome> => mirror.sync(peer(), options),
      plan: (options?: SyncOptions): Promise<SyncPlan> => mirror.plan(peer(), options),
      commitPath: (commit: PathCommit): Promise<CommitOutcome> => mirror.commitPath(peer(), commit),
      save: () => mirror.save(peer()),
    };
  }

  async sync(options?: SyncOptions): Promise<Done> {
    const outcome = await this.mirror().sync(options);
    if (outcome.status !== 'done') throw new TypeError(`halted: ${outcome.reason}`);
    return outcome;
  }

  at(half: Half, name: string | Buffer): Buffer {
    const bytes = typeof name === 'string' ? Buffer.from(name) : name;
    return Buffer.concat([Buffer.from(`${this[half]}/`), bytes]);
  }

  write(half: Half, name: string | Buffer, content: string | Uint8Array = 'content\n'): void {
    const place = this.at(half, name);
    const slash = place.lastIndexOf('/');
    fs.mkdirSync(place.subarray(0, slash), { recursive: true });
    fs.writeFileSync(place, content);
  }

  read(half: Half, name: string | Buffer): string {
    return fs.readFileSync(this.at(half, name), 'latin1');
  }

  has(half: Half, name: string | Buffer): boolean {
    return fs.lstatSync(this.at(half, name), { throwIfNoEntry: false }) !== undefined;
  }

  remove(half: Half, name: string | Buffer): void {
    fs.rmSync(this.at(half, name).toString('utf8'), { recursive: true });
  }

  /** Everything below a half by path: kind, execute bit and content; the mirror's own is left out. */
  snapshot(half: Half): Readonly<Record<string, string>> {
    return Object.fromEntries([...look(this[half])].map(([path, { text }]) => [path, text]));
  }

  /** Contents of the files of a half, those in the undo store not counted; only short ones. */
  contents(half: Half): readonly string[] {
    const files = Object.values(this.snapshot(half)).filter((text) => /^(?:file|program): /.test(text));
    return files.map((text) => text.slice(text.indexOf(' ') + 1));
  }

  /** Times of files in µs by path. */
  times(half: Half): ReadonlyMap<string, number> {
    return new Map([...look(this[half])].map(([path, { mtimeUs }]) => [path, mtimeUs]));
  }

  /** Contents of what lies in a half’s undo store, by path below its run. */
  undone(half: Half): Readonly<Record<string, string>> {
    const store = path.join(this[half], '.clamshell/undo');
    if (!fs.existsSync(store)) return {};
    const entries = fs.readdirSync(store, { recursive: true, withFileTypes: true });
    const places = entries
      .filter((entry) => entry.isFile())
      .map((file) => path.join(file.parentPath, file.name));
    const name = (place: string): string => path.relative(store, place).replace(/^[0-9a-f]{32}\//, '');
    return Object.fromEntries(places.map((place) => [name(place), fs.readFileSync(place, 'utf8')]));
  }

  /** Contents of all files of both halves, their undo stores too. */
  allContents(): ReadonlySet<string> {
    const contents = new Set<string>();
    for (const half of ['host', 'sandbox'] as const) collectContents(Buffer.from(this[half]), contents);
    return contents;
  }

  [Symbol.dispose](): void {
    fs.rmSync(this.top, { recursive: true, force: true, maxRetries: 5 });
  }
}

interface Look {
  readonly text: string;
  /** 0 but for files. */
  readonly mtimeUs: number;
}

function look(root: string): ReadonlyMap<string, Look> {
  const found: [string, Look][] = [];
  const visit = (directory: Buffer, prefix: string): void => {
    for (const name of fs.readdirSync(directory, { encoding: 'buffer' })) {
      const relative = prefix + name.toString('latin1');
      if (relative === '.clamshell') continue;
      const place = Buffer.concat([directory, Buffer.from('/'), name]);
      const stat = fs.lstatSync(place, { bigint: true });
      found.push([
        relative,
        { text: describeEntry(place, stat), mtimeUs: stat.isFile() ? Number(stat.mtimeNs / 1000n) : 0 },
      ]);
      if (stat.isDirectory()) visit(place, `${relative}/`);
    }
  };
  visit(Buffer.from(root), '');
  return new Map(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function describeEntry(place: Buffer, stat: fs.BigIntStats): string {
  if (stat.isDirectory()) return 'directory';
  if (stat.isSymbolicLink()) return `link to ${fs.readlinkSync(place, 'latin1')}`;
  if (!stat.isFile()) return 'special';
  const content = fs.readFileSync(place, 'latin1');
  const shown = content.length > 100 ? createHash('sha256').update(content).digest('hex') : content;
  return `${(Number(stat.mode) & 0o100) === 0 ? 'file' : 'program'}: ${shown}`;
}

/** What vanishes meanwhile, in a directory that a program works in, is passed over. */
function collectContents(directory: Buffer, into: Set<string>): void {
  for (const name of unlessGone(() => fs.readdirSync(directory, { encoding: 'buffer' })) ?? []) {
    const place = Buffer.concat([directory, Buffer.from('/'), name]);
    const stat = fs.lstatSync(place, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) collectContents(place, into);
    const content = stat?.isFile() === true ? unlessGone(() => fs.readFileSync(place, 'latin1')) : undefined;
    if (content !== undefined) into.add(content);
  }
}

function unlessGone<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
