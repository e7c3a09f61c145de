// Runs many workspaces at once while everything around them breaks, then looks for each acknowledged write.
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { type Field, work } from './agents.ts';
import { Arena } from './arena.ts';
import { rage } from './chaos.ts';
import { edit } from './editor.ts';
import { Ledger } from './ledger.ts';
import { createRandom } from './random.ts';
import { median } from './resident-host.ts';
import { judge, type Verdict } from './verdict.ts';

const HELP = `usage: npm run soak [-- OPTIONS]

  --minutes N     how long everything is at work (10)
  --workspaces N  workspaces, each with a sandbox of its own (50)
  --seed N        the same choices again; what hits what also depends on the machine
  --log FILE      writes the whole ledger
  --json          prints the result as JSON
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    workspaces: { type: 'string', default: '50' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    log: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) console.log(HELP);
else process.exitCode = await soak();

async function soak(): Promise<number> {
  const [minutes, workspaces, seed] = [
    Number(values.minutes),
    Number(values.workspaces),
    Number(values.seed),
  ];
  if (!(minutes > 0) || !(workspaces >= 1 && workspaces <= 99) || !Number.isSafeInteger(seed)) {
    console.error(HELP);
    return 2;
  }
  const ended = new AbortController();
  process.once('SIGINT', () => ended.abort());
  using arena = new Arena(workspaces);
  const ledger = new Ledger();
  const field = { arena, ledger, workspaces, running: new Map(), counts: new Map(), stop: ended.signal };
  const disk = arena.hasOwnDisk ? '' : '; no disk of its own: it is never filled';
  console.error(`seed ${seed}, ${workspaces} workspaces, ${minutes} min${disk}`);
  const all = setLoose(field, seed);
  const enough = setTimeout(minutes * 60_000, undefined, { signal: ended.signal }).catch(() => undefined);
  await Promise.race([all, enough]);
  ended.abort();
  await all;
  console.error('at rest; looking for every acknowledged write');
  const verdict = await judge(field);
  if (values.log !== undefined) writeFileSync(values.log, ledger.lines.map(describeLine).join('\n'));
  report(field, verdict, seed);
  return Object.values(verdict).every((list: readonly unknown[]) => list.length === 0) ? 0 : 1;
}

async function setLoose(field: Field, seed: number): Promise<void> {
  const agents = Array.from({ length: os.availableParallelism() * 2 }, (_, index) =>
    work(field, createRandom(seed + 1000 + index)),
  );
  await Promise.all([...agents, edit(field, createRandom(seed + 1)), rage(field, createRandom(seed + 2))]);
}

function report(
  { arena, counts, ledger }: Field,
  { losses, unsettled, residue, growth }: Verdict,
  seed: number,
): void {
  const sums = Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  const acknowledged = ledger.acknowledgedCount();
  const { samples } = arena.resident;
  const held = {
    calls: samples.length,
    rss: median(samples, 'rss'),
    descriptors: median(samples, 'descriptors'),
  };
  if (values.json) {
    console.log(
      JSON.stringify(
        { seed, counts: sums, acknowledged, held, losses, unsettled, residue, growth },
        undefined,
        2,
      ),
    );
  } else {
    for (const [what, times] of Object.entries(sums)) console.log(`${String(times).padStart(7)}  ${what}`);
    console.log(`${String(acknowledged).padStart(7)}  writes acknowledged`);
    console.log(`${String(losses.length).padStart(7)}  lost`);
    console.log(
      `the long-lived host held ${held.rss >> 20} MiB and ${held.descriptors} descriptors, by the median of ${held.calls} calls`,
    );
    for (const line of [...unsettled, ...growth, ...residue.map((one) => `left behind: ${one}`)])
      console.log(line);
  }
  const [first] = losses;
  if (first === undefined) return;
  console.error(`lost ${losses.map(({ token }) => token).join(' ')}; what happened around ${first.token}:`);
  for (const line of ledger.replay(first.workspace, first.token)) console.error(describeLine(line));
}

function describeLine({ atMs, workspace, text }: Ledger['lines'][number]): string {
  return `${String(atMs).padStart(8)} ms  ${workspace === undefined ? '   all' : String(workspace).padStart(6)}  ${text}`;
}
