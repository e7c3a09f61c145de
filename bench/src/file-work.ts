import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import {
  type BridgePath,
  createShellRequestChannel,
  type FsBridge,
  type Mount,
  parseHostPath,
  parseRelPath,
  parseRemotePath,
} from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';

import { measure, type Timing } from './measure.ts';
import { report } from './report.ts';
import { clock, type Rig } from './rig.ts';
import { openSftp } from './sftp.ts';

const STATS = 1000;
const LARGE_MIB = 256;
/** Scripts that a bridge of upstream’s kind runs for one operation, each over a connection of its own. */
const UPSTREAM_SCRIPTS = { read: 7, write: 13 };

/** One file at a time through the remote bridge, beside ssh on a warm master, SFTP, and scripts over cold connections. */
export async function benchFiles(rig: Rig): Promise<readonly unknown[]> {
  const root = path.join(rig.directory, 'files');
  mkdirSync(root);
  for (let index = 0; index < STATS; index += 1) writeFileSync(path.join(root, `f${index}`), 'content\n');
  await using transport = await rig.connect();
  await using sftp = await openSftp(rig);
  const mount: Mount = {
    host: parseHostPath(root),
    sandbox: parseRemotePath(root),
    direction: 'both',
    readOnly: false,
    protect: [],
  };
  const requests = transport.requests ?? createShellRequestChannel(transport.shell);
  const bridge = createRemoteFsBridge({ mounts: [mount], requests, shell: transport.shell, clock });
  const withoutPython = createRemoteFsBridge({ mounts: [mount], requests, clock });
  await Promise.all([bridge.containment(), withoutPython.containment()]);
  const at = (name: string): BridgePath => ({ mount, path: parseRelPath(name) });
  const work = { rig, root, bridge, sftp, at };
  const rows = [await stat(work), await read(work), await write(work), await statMany(work)];
  return rig.rttMs === 0 ? [...rows, await readLarge(work)] : rows;
}

interface Work {
  readonly rig: Rig;
  readonly root: string;
  readonly bridge: FsBridge;
  readonly sftp: Awaited<ReturnType<typeof openSftp>>;
  readonly at: (name: string) => BridgePath;
}

async function stat({ rig, root, bridge, sftp, at }: Work): Promise<unknown> {
  return row(rig, 'stat of a small file', {
    clamshell: await times(40, () => bridge.stat(at('f1'))),
    'ssh, warm master': await times(15, () => run([...rig.warmSsh, `stat ${root}/f1`])),
    'sftp, ssh2': await times(40, () => sftp.stat(`${root}/f1`)),
    'sftp, OpenSSH on a warm master': await times(15, () => runSftp(rig, `ls -l ${root}/f1`)),
  });
}

async function read({ rig, root, bridge, sftp, at }: Work): Promise<unknown> {
  return row(rig, 'read of a small file', {
    clamshell: await times(40, () => bridge.read(at('f1'), { maxBytes: 4096 })),
    'ssh, warm master': await times(15, () => run([...rig.warmSsh, `cat ${root}/f1`])),
    'sftp, ssh2': await times(40, () => sftp.readFile(`${root}/f1`)),
    'sftp, OpenSSH on a warm master': await times(15, () => runSftp(rig, `get ${root}/f1 ${local(rig)}`)),
    'scripts as upstream’s': await times(1, () => runScripts(rig, UPSTREAM_SCRIPTS.read)),
  });
}

async function write({ rig, root, bridge, sftp, at }: Work): Promise<unknown> {
  const content = randomBytes(2000);
  const there = `${root}/w`;
  writeFileSync(local(rig), content);
  return row(rig, 'write of a small file', {
    clamshell: await times(40, () => bridge.write(at('w'), content)),
    'ssh, warm master': await times(15, () =>
      run([...rig.warmSsh, `cat > ${there}.t && mv ${there}.t ${there}`], content),
    ),
    'sftp, ssh2': await times(40, () => sftp.writeFile(there, content)),
    'sftp, OpenSSH on a warm master': await times(15, () => runSftp(rig, `put ${local(rig)} ${there}`)),
    'scripts as upstream’s': await times(1, () => runScripts(rig, UPSTREAM_SCRIPTS.write)),
  });
}

async function statMany({ rig, root, bridge, sftp, at }: Work): Promise<unknown> {
  const names = Array.from({ length: STATS }, (_, index) => `f${index}`);
  const items = names.map((name) => ({ do: 'stat', at: at(name) }) as const);
  return row(rig, `${STATS} stats at once`, {
    clamshell: await times(7, () => bridge.batch?.(items)),
    'ssh, warm master': await times(7, () => run([...rig.warmSsh, `cd ${root} && stat f*`])),
    'sftp, ssh2': await times(7, () => Promise.all(names.map((name) => sftp.stat(`${root}/${name}`)))),
    'sftp, OpenSSH on a warm master': await times(7, () => runSftp(rig, `ls -l ${root}`)),
  });
}

async function readLarge({ rig, root, bridge, sftp, at }: Work): Promise<unknown> {
  const bytes = LARGE_MIB * 1024 * 1024;
  writeFileSync(path.join(root, 'large'), randomBytes(bytes));
  return row(rig, `read of ${LARGE_MIB} MiB`, {
    clamshell: await times(3, () => bridge.read(at('large'), { maxBytes: bytes })),
    'clamshell, as a stream': await times(3, async () => {
      let got = 0;
      for await (const chunk of bridge.stream?.(at('large')) ?? []) got += chunk.length;
      if (got !== bytes) throw new Error(`${got} bytes`);
    }),
    'cat, warm master': await times(3, () => {
      run(['sh', '-c', `${rig.warmSsh.map(quote).join(' ')} 'cat ${root}/large' > ${local(rig)}`]);
      return readFileSync(local(rig));
    }),
    'sftp, ssh2': await times(3, () => sftp.readFile(`${root}/large`)),
    'sftp, OpenSSH on a warm master': await times(3, () => {
      runSftp(rig, `get ${root}/large ${local(rig)}`);
      return readFileSync(local(rig));
    }),
  });
}

function times(rounds: number, work: () => unknown): Promise<Timing> {
  return measure(rounds, async () => {
    await work();
  });
}

function row(rig: Rig, what: string, timings: Readonly<Record<string, Timing>>): unknown {
  return report({ what, files: what.startsWith(String(STATS)) ? STATS : 1, rttMs: rig.rttMs }, timings);
}

/** OpenSSH’s client, one for each command, over the connection that is open. */
function runSftp({ warmSsh }: Rig, command: string): void {
  const options = warmSsh.slice(1, -1);
  run(['sftp', '-q', ...options, '-b', '-', warmSsh.at(-1) ?? ''], Buffer.from(`${command}\n`));
}

/** Where peers that need a file put what they read. */
function local({ directory }: Rig): string {
  return path.join(directory, 'local');
}

function runScripts(rig: Rig, count: number): void {
  for (let script = 0; script < count; script += 1) run([...rig.ssh, 'true']);
}

function run([program = '', ...args]: readonly string[], input?: Uint8Array): void {
  execFileSync(program, args, {
    input,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'ignore', 'inherit'],
  });
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
