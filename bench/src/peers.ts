import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import type { Rig } from './rig.ts';

export interface Places {
  readonly host: string;
  readonly sandbox: string;
}

/** Something that brings two directories in step around a command. */
export interface Peer {
  readonly name: string;
  readonly push: () => Promise<void> | void;
  readonly pull: () => Promise<void> | void;
  /** In step, the command `true`, in step again. */
  readonly run: () => Promise<void> | void;
}

/** The same with the whole list of files sent first, which takes fewer round trips. */
export function rsyncWholeList(rig: Rig, places: Places): Peer {
  return rsync(rig, places, ['--no-inc-recursive']);
}

/** `rsync -a --delete` on a warm master, else its defaults: it overwrites what the other side changed. */
export function rsync(rig: Rig, { host, sandbox }: Places, more: readonly string[] = []): Peer {
  const options = ['-a', '--delete', ...more, '-e', quoteAll(rig.warmSsh.slice(0, -1))];
  const there = `${rig.warmSsh.at(-1) ?? ''}:${sandbox}/`;
  const push = () => run(['rsync', ...options, `${host}/`, there]);
  const pull = () => run(['rsync', ...options, there, `${host}/`]);
  return {
    name: ['rsync -a --delete', ...more].join(' '),
    push,
    pull,
    run() {
      push();
      run([...rig.warmSsh, 'true']);
      pull();
    },
  };
}

/** Three-way as we are; started anew each time, on a warm master. */
export function unison(rig: Rig, { host, sandbox }: Places): Peer {
  const master = rig.warmSsh.slice(1, -1);
  const script = path.join(rig.directory, 'unison-ssh');
  writeFileSync(script, `#!/bin/sh\nexec ${quoteAll(['ssh', ...master])} "$@"\n`, { mode: 0o755 });
  const there = `ssh://${rig.warmSsh.at(-1) ?? ''}/${sandbox}`;
  const sync = () =>
    run(['unison', '-batch', '-silent', '-times', '-sshcmd', script, '-confirmbigdel=false', host, there], {
      UNISON: path.join(rig.directory, 'unison'),
    });
  return {
    name: 'unison -batch, warm master',
    push: sync,
    pull: sync,
    run() {
      sync();
      run([...rig.warmSsh, 'true']);
      sync();
    },
  };
}

/** tar into ssh into tar, warm; knows nothing of what is there. */
export function tarOverSsh(rig: Rig, { host, sandbox }: Places): Peer {
  const push = () => pipe(['tar', '-C', host, '-cf', '-', '.'], [...rig.warmSsh, `tar -C ${sandbox} -xf -`]);
  const pull = () => pipe([...rig.warmSsh, `tar -C ${sandbox} -cf - .`], ['tar', '-C', host, '-xf', '-']);
  return {
    name: 'tar over ssh, warm master',
    push,
    pull,
    run() {
      push();
      run([...rig.warmSsh, 'true']);
      pull();
    },
  };
}

/** The steps of a mirror that wipes and copies around every command, each over a connection of its own. */
export function wipeAndCopy(rig: Rig, { host, sandbox }: Places): Peer {
  const fresh = path.join(rig.directory, 'download');
  const push = () => {
    run([...rig.ssh, `find ${sandbox} -mindepth 1 -maxdepth 1 -exec rm -rf {} +`]);
    pipe(['tar', '-C', host, '-cf', '-', '.'], [...rig.ssh, `tar -C ${sandbox} -xf -`]);
  };
  const pull = () => {
    mkdirSync(fresh);
    pipe([...rig.ssh, `tar -C ${sandbox} -cf - .`], ['tar', '-C', fresh, '-xf', '-']);
    for (const name of readdirSync(host)) rmSync(path.join(host, name), { recursive: true });
    run(['cp', '-a', `${fresh}/.`, host]);
    rmSync(fresh, { recursive: true });
  };
  return {
    name: 'wipe, upload, download',
    push,
    pull,
    run() {
      push();
      run([...rig.ssh, 'true']);
      pull();
    },
  };
}

/** One file through `cat` on one channel of OpenSSH at its defaults, into a file. */
export function catOverSsh(rig: Rig, { host, sandbox }: Places): Pick<Peer, 'push' | 'pull'> {
  return {
    push: () => pipe(['cat', `${host}/big`], [...rig.ssh, `cat > ${sandbox}/big`]),
    pull: () => shell(`${quoteAll([...rig.ssh, `cat ${sandbox}/big`])} > ${quoteAll([`${host}/big`])}`),
  };
}

function run([program = '', ...args]: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
}

function pipe(from: readonly string[], to: readonly string[]): void {
  shell(`${quoteAll(from)} | ${quoteAll(to)}`);
}

function shell(command: string): void {
  run(['sh', '-c', command]);
}

function quoteAll(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`).join(' ');
}
