import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg, release } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { ByteSink, RemoteProcess, SandboxTransport } from '@clamshell/core';

import { measure, type Timing } from './measure.ts';
import { prepareRig, type Rig } from './rig.ts';

const MIB = 1024 * 1024;
const BULK_MIB = 256;
const AT_ONCE = 200;
const MANY = 10_000;

/**
 * `node transport.ts`: the connection beside OpenSSH's own client and its ControlMaster, over the same `sshd -i` with
 * `MaxSessions 10`, through the same pipe. Writes bench/results/. `--quick` leaves out the 10,000 commands.
 */
const rows: unknown[] = [];
for (const rttMs of [0, 50]) {
  using rig = prepareRig(rttMs);
  rows.push(await benchCold(rig));
  await using transport = await rig.connect();
  rows.push(await benchWarm(rig, transport), await benchAtOnce(rig, transport));
  if (rttMs > 0) continue;
  rows.push(await benchDownload(rig, transport), await benchUpload(rig, transport));
  if (!process.argv.includes('--quick')) rows.push(await benchMemory(transport));
}
const date = new Date().toISOString();
const results = fileURLToPath(new URL('../results', import.meta.url));
mkdirSync(results, { recursive: true });
const machine = {
  cpus: availableParallelism(),
  kernel: release(),
  node: process.version,
  loadAtEnd: loadavg()[0],
};
const file = path.join(results, `transport-${date.slice(0, 16).replace(':', '')}.json`);
writeFileSync(file, `${JSON.stringify({ date, machine, rows }, undefined, 2)}\n`);
console.log(file);

interface Facts {
  readonly what: string;
  readonly [figure: string]: string | number;
}

function row(rig: Rig, timings: Readonly<Record<string, Timing>>, facts: Facts): unknown {
  const { what, ...more } = facts;
  const [ours, peer] = [timings['clamshell']?.medianMs ?? 0, timings['openssh']?.medianMs ?? 0];
  const ratio = Math.round((ours / peer) * 100) / 100;
  const medians = Object.entries(timings).map(([name, { medianMs }]) => `${name} ${medianMs} ms`);
  console.log(`${what}, RTT ${rig.rttMs}: ${medians.join(', ')}; ${ratio} × openssh`, more);
  return { what, rttMs: rig.rttMs, timings, ratio, ...more };
}

async function benchCold(rig: Rig): Promise<unknown> {
  const openssh = await measure(7, () => openSsh(rig.ssh, 'true'));
  const clamshell = await measure(7, async () => {
    await using transport = await rig.connect();
    await runTrue(transport);
  });
  return row(rig, { clamshell, openssh }, { what: 'connect and run one command' });
}

async function benchWarm(rig: Rig, transport: SandboxTransport): Promise<unknown> {
  const rounds = rig.rttMs === 0 ? 60 : 20;
  const request = { program: ':', args: [], maxReplyBytes: 100 };
  await runTrue(transport);
  await transport.requests?.request(request);
  const openssh = await measure(rounds, () => openSsh(rig.warmSsh, 'true'));
  const clamshell = await measure(rounds, () => runTrue(transport));
  const requests = await measure(rounds, async () => void (await transport.requests?.request(request)));
  return row(rig, { clamshell, requests, openssh }, { what: 'one command, warm' });
}

async function benchAtOnce(rig: Rig, transport: SandboxTransport): Promise<unknown> {
  let failed = 0;
  const counted = (work: Promise<void>) => work.catch(() => void (failed += 1));
  const all = (start: () => Promise<void>) => async () =>
    void (await Promise.all(Array.from({ length: AT_ONCE }, () => counted(start()))));
  const clamshell = await measure(
    3,
    all(() => runTrue(transport)),
  );
  const ownFailed = failed;
  failed = 0;
  const openssh = await measure(
    3,
    all(() => openSsh(rig.warmSsh, 'true')),
  );
  return row(
    rig,
    { clamshell, openssh },
    { what: `${AT_ONCE} commands at once`, ownFailed, opensshFailed: failed },
  );
}

async function benchDownload(rig: Rig, transport: SandboxTransport): Promise<unknown> {
  const command = `head -c ${BULK_MIB * MIB} /dev/zero`;
  const openssh = await measure(5, () => openSsh(rig.warmSsh, command));
  const clamshell = await measure(5, async () => {
    const process = await transport.shell.spawn({ argv: ['sh', '-c', command] });
    await Promise.all([process.stdin.end(), drain(process)]);
  });
  return row(rig, { clamshell, openssh }, { what: `${BULK_MIB} MiB down one channel` });
}

async function benchUpload(rig: Rig, transport: SandboxTransport): Promise<unknown> {
  const openssh = await measure(5, () => openSsh(rig.warmSsh, 'cat >/dev/null', BULK_MIB));
  const clamshell = await measure(5, async () => {
    const process = await transport.shell.spawn({ argv: ['sh', '-c', 'cat >/dev/null'] });
    await Promise.all([feed(process.stdin), drain(process)]);
  });
  return row(rig, { clamshell, openssh }, { what: `${BULK_MIB} MiB up one channel` });
}

/** Resident memory after the first thousand commands and after the last, in MiB. */
async function benchMemory(transport: SandboxTransport): Promise<unknown> {
  const resident = () => Math.round(process.memoryUsage.rss() / MIB);
  const before = resident();
  let early = before;
  for (let done = 0; done < MANY; done += 20) {
    await Promise.all(Array.from({ length: 20 }, () => runTrue(transport)));
    if (done === 980) early = resident();
  }
  const figures = { what: `${MANY} commands`, residentMiB: { before, early, after: resident() } };
  console.log(JSON.stringify(figures));
  return figures;
}

async function runTrue({ shell }: SandboxTransport): Promise<void> {
  const { code } = await shell.run({ argv: ['true'], maxOutputBytes: 100 });
  if (code !== 0) throw new Error(`true ended with ${code}`);
}

async function drain({ stdout, stderr, exit }: RemoteProcess): Promise<void> {
  const read = async (output: AsyncIterable<Uint8Array>) => {
    for await (const _ of output);
  };
  await Promise.all([read(stdout), read(stderr), exit]);
}

async function feed(stdin: ByteSink): Promise<void> {
  const piece = Buffer.alloc(MIB);
  for (let sent = 0; sent < BULK_MIB; sent += 1) await stdin.write(piece);
  await stdin.end();
}

/** One client of OpenSSH; its output is thrown away, its input that many MiB of zeros. */
function openSsh([program = '', ...args]: readonly string[], command: string, inputMib = 0): Promise<void> {
  const child = spawn(program, [...args, command], { stdio: ['pipe', 'ignore', 'ignore'] });
  const piece = Buffer.alloc(MIB);
  let sent = 0;
  const send = () => {
    while (sent < inputMib && child.stdin.write(piece)) sent += 1;
    if (sent >= inputMib) child.stdin.end();
    else sent += 1;
  };
  child.stdin.on('error', () => {}).on('drain', send);
  send();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`ssh ended with ${code}`))));
  });
}
