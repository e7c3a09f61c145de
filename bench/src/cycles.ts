import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { measure, measureBlock } from './measure.ts';
import { ours } from './ours.ts';
import { type Peer, type Places, rsync, rsyncWholeList, tarOverSsh, unison, wipeAndCopy } from './peers.ts';
import type { Rig } from './rig.ts';
import { report } from './report.ts';
import { makeTree } from './tree.ts';

const ROUNDS = 7;
const SLOW_ROUNDS = 3;

/** A run of `true`, nothing changed, then with one file changed on each side: the same trees for every peer in turn. */
export async function benchCycles(rig: Rig, files: number): Promise<readonly unknown[]> {
  const places = freshPlaces(rig);
  const names = makeTree(places.host, files);
  await using clamshell = await ours(rig, places);
  const edit = (round: number): void => {
    appendFileSync(path.join(places.host, names[round] ?? ''), 'edited on the host\n');
    appendFileSync(path.join(places.sandbox, names.at(-1 - round) ?? ''), 'edited in the sandbox\n');
  };
  const rows = { unchanged: {} as Record<string, unknown>, edited: {} as Record<string, unknown> };
  const peers: readonly (readonly [Peer, number])[] = [
    [clamshell, ROUNDS],
    [rsync(rig, places), ROUNDS],
    [rsyncWholeList(rig, places), ROUNDS],
    [unison(rig, places), ROUNDS],
    [wipeAndCopy(rig, places), SLOW_ROUNDS],
  ];
  const facts = { files, rttMs: rig.rttMs, blockedMs: 0, unchangedRequests: 0, editedRequests: 0 };
  for (const [peer, rounds] of peers) {
    await peer.run();
    if (peer === clamshell) await settle(clamshell);
    await peer.run();
    clamshell.takeRequests();
    const blockedMs = await measureBlock(async () => {
      rows.unchanged[peer.name] = await measure(rounds, peer.run);
    });
    const unchangedRequests = clamshell.takeRequests() / rounds;
    rows.edited[peer.name] = await measure(rounds, peer.run, edit);
    const editedRequests = clamshell.takeRequests() / rounds;
    if (peer === clamshell) Object.assign(facts, { blockedMs, unchangedRequests, editedRequests });
  }
  clear(places);
  console.log(facts);
  const row = { files, rttMs: rig.rttMs };
  return [
    report({ what: 'run of true, nothing changed', ...row }, rows.unchanged),
    report({ what: 'run of true, one file changed on each side', ...row }, rows.edited),
    { what: 'requests of a run, and how long it held up the event loop at most, nothing changed', ...facts },
  ];
}

/** Time stamps are in doubt for two seconds. */
async function settle({ run }: Peer): Promise<void> {
  await sleep(2100);
  await run();
}

export async function benchFirstPush(rig: Rig, files: number): Promise<readonly unknown[]> {
  const timings: Record<string, unknown> = {};
  for (const make of [ours, rsync, tarOverSsh]) {
    const name: string[] = [];
    const times: number[] = [];
    for (let round = 0; round < SLOW_ROUNDS; round += 1) {
      const places = freshPlaces(rig);
      makeTree(places.host, files);
      const peer = await make(rig, places);
      times.push((await measure(1, peer.push)).medianMs);
      name.push(peer.name);
      if (Symbol.asyncDispose in peer) await (peer as AsyncDisposable)[Symbol.asyncDispose]();
      clear(places);
    }
    timings[name[0] ?? ''] = { medianMs: times.toSorted((a, b) => a - b)[1] ?? 0, allMs: times };
  }
  return [report({ what: 'first push', files, rttMs: rig.rttMs }, timings)];
}

export function freshPlaces(rig: Rig): Places {
  const places = { host: path.join(rig.directory, 'host'), sandbox: path.join(rig.directory, 'sandbox') };
  for (const place of Object.values(places)) mkdirSync(place);
  return places;
}

export function clear({ host, sandbox }: Places): void {
  for (const place of [host, sandbox, path.join(path.dirname(host), 'state-host')])
    rmSync(place, { recursive: true, force: true, maxRetries: 5 });
}
