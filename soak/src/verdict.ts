import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { type Field, resume } from './agents.ts';
import { ASIDE } from './edits.ts';
import { findTokens } from './host-side.ts';
import { confinedTo, descendantsOf } from './processes.ts';
import { findGrowth } from './resident-host.ts';
import { LISTING, readListing } from './sandbox-side.ts';

/** Files and links of a side by content, apart from what is kept beside them. */
const SUMS = `find . \\( -path ./.clamshell -o -path ./${ASIDE} \\) -prune -o -type f -print0 | sort -z | xargs -0r sha256sum`;
const TRIES = 8;

export interface Loss {
  readonly workspace: number;
  readonly token: string;
}

export interface Verdict {
  readonly losses: readonly Loss[];
  /** Workspaces that did not come to rest, with the reason. */
  readonly unsettled: readonly string[];
  /** Processes, mounts, sockets and temporary files that are still there. */
  readonly residue: readonly string[];
  readonly growth: readonly string[];
}

/** Lets every workspace come to rest, looks for each acknowledged write, then removes all and looks for what is left. */
export async function judge(field: Field): Promise<Verdict> {
  const losses: Loss[] = [];
  const unsettled: string[] = [];
  await forEachWorkspace(field, async (workspace) => {
    const trouble = await settle(field, workspace);
    if (trouble !== undefined) unsettled.push(`workspace ${workspace}: ${trouble}`);
  });
  const { state } = field.arena;
  const kept = findTokens(state, path.join(state, 'clamshell/gateway-local')).tokens;
  await forEachWorkspace(field, async (workspace) => {
    losses.push(...(await findLosses(field, workspace, kept)));
  });
  await forEachWorkspace(field, async (workspace) => {
    const { code, stderr } = await field.arena.clamshell(workspace, ['rm', '-q']);
    if (code !== 0) unsettled.push(`workspace ${workspace} was not removed: ${stderr.trim()}`);
  });
  const { samples } = field.arena.resident;
  return { losses, unsettled, residue: await findResidue(field), growth: findGrowth(samples) };
}

async function settle({ arena, ledger }: Field, workspace: number): Promise<string | undefined> {
  let trouble = '';
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { code, stderr } = await arena.clamshell(workspace, ['sync', '-q']);
    ledger.note(workspace, `last sync: exit ${code}`);
    if (code === 0) {
      const inside = (await arena.clamshell(workspace, ['run', '-q', '--', 'sh', '-c', SUMS])).stdout;
      const outside = execFileSync('sh', ['-c', SUMS], { cwd: arena.workspace(workspace), encoding: 'utf8' });
      if (inside === outside) return undefined;
      trouble = `the halves differ: ${differences(inside, outside).join(', ')}`;
    } else {
      trouble = stderr.trim();
      if (trouble.includes('SYNC_HALTED')) await resume({ arena, ledger }, workspace);
    }
    // What was written a moment ago is left for a later sync.
    await setTimeout(500);
  }
  return trouble;
}

/** What only one listing has, `-` for the sandbox’s and `+` for the host’s. */
function differences(inside: string, outside: string): readonly string[] {
  const [ours, theirs] = [outside.split('\n'), inside.split('\n')];
  return [
    ...theirs.filter((line) => !ours.includes(line)).map((line) => `-${line}`),
    ...ours.filter((line) => !theirs.includes(line)).map((line) => `+${line}`),
  ];
}

/** `kept` are the tokens of what this installation holds beside the workspaces. */
async function findLosses(
  { arena, ledger }: Field,
  workspace: number,
  kept: ReadonlySet<string>,
): Promise<readonly Loss[]> {
  const { stdout } = await arena.clamshell(workspace, ['run', '-q', '--', ...LISTING]);
  const inside = readListing(stdout);
  const outside = findTokens(arena.workspace(workspace));
  ledger.acknowledge(workspace, inside.acknowledged);
  ledger.supersede(workspace, [...inside.superseded, ...outside.superseded]);
  const found = new Set([...inside.tokens, ...outside.tokens, ...kept]);
  return ledger.lost(workspace, found).map((token) => ({ workspace, token }));
}

async function findResidue({ arena }: Field): Promise<readonly string[]> {
  const look = (): readonly string[] => [
    ...confinedTo(arena.state).map((pid) => `process ${pid}`),
    ...descendantsOf(process.pid)
      .filter(({ command }) => !command.includes('resident.ts'))
      .map(({ command }) => `process ${command}`),
    ...linesWith('/proc/self/mountinfo', `${arena.home}/`).map((line) => `mount ${line}`),
    ...linesWith('/proc/net/unix', arena.home).map((line) => `socket ${line}`),
    ...readdirSync(arena.temporary).map((name) => `temporary file ${name}`),
  ];
  for (let tries = 0; tries < 50 && look().length > 0; tries += 1) await setTimeout(200);
  return look();
}

async function forEachWorkspace(
  { workspaces }: Field,
  act: (workspace: number) => Promise<void>,
): Promise<void> {
  const waiting = Array.from({ length: workspaces }, (_, number) => number);
  const worker = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await act(next);
  };
  await Promise.all(Array.from({ length: 3 }, worker));
}

function linesWith(file: string, text: string): readonly string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.includes(text));
}
