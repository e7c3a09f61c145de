import type { ChildProcess } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';

import { type Arena, type Ended, ending, isResident } from './arena.ts';
import { chooseEdits, describeEdit } from './edits.ts';
import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';
import { type Manner, sandboxCommand } from './sandbox-side.ts';

export interface Field {
  readonly arena: Arena;
  readonly ledger: Ledger;
  readonly workspaces: number;
  /** Host processes at work, for the chaos process to find. */
  readonly running: Map<ChildProcess, number>;
  readonly counts: Map<string, number>;
  readonly stop: AbortSignal;
}

const CLOCKS_MS = [0, 0, 0, -86_400_000, 3_600_000, 400 * 86_400_000] as const;
/** Of the host that lives long; processes of the command line are interrupted from outside. */
const PATIENCE_MS = [undefined, undefined, undefined, 50, 1000] as const;
const MANNERS = ['foreground', 'foreground', 'background', 'failing'] as const;

/** Runs commands in sandboxes, one after the other, until it is told to stop. Several work at once. */
export async function work(field: Field, random: Random): Promise<void> {
  while (!field.stop.aborted) {
    const workspace = chooseWorkspace(random, field.workspaces);
    const what = random.pick(['run', 'run', 'run', 'run', 'run', 'sync', 'push', 'pull', 'stop']);
    const args = what === 'run' ? planRun(field, random, workspace) : [what];
    await perform(field, {
      workspace,
      args,
      clockOffMs: random.pick(CLOCKS_MS),
      abortAfterMs: random.pick(PATIENCE_MS),
    });
  }
}

/** Low numbers are chosen more often: there, many work on one workspace at once. */
export function chooseWorkspace(random: Random, workspaces: number): number {
  return random.chance(0.5) ? random.below(Math.min(3, workspaces)) : random.below(workspaces);
}

export function count(field: Pick<Field, 'counts'>, what: string): void {
  field.counts.set(what, (field.counts.get(what) ?? 0) + 1);
}

function planRun({ ledger }: Field, random: Random, workspace: number): readonly string[] {
  const edits = chooseEdits(random, ledger, { workspace, side: 's', most: 4 });
  const manner: Manner = random.pick(MANNERS);
  const pauses = edits.map(() => random.pick([0, 0, 30, 200, 700]));
  ledger.note(workspace, `run (${manner}): ${edits.map(describeEdit).join('; ')}`);
  return ['run', '-q', '--', ...sandboxCommand(edits, pauses, manner)];
}

interface Task {
  readonly workspace: number;
  readonly args: readonly string[];
  readonly clockOffMs: number;
  readonly abortAfterMs: number | undefined;
}

async function perform(field: Field, task: Task): Promise<void> {
  const { ledger } = field;
  const { workspace, args, clockOffMs } = task;
  const [what = ''] = args;
  const { code, signal, stderr } = await (isResident(workspace) ? callResident : runProcess)(field, task);
  const error = code === 125 ? (/^ +see: (?<code>\w+)/m.exec(stderr)?.groups?.['code'] ?? '') : '';
  const end = signal ?? `exit ${code} ${error}`.trimEnd();
  count(field, what);
  if (code !== 0) count(field, `ended: ${end}`);
  ledger.note(workspace, `${what}${clockOffMs === 0 ? '' : `, clock off by ${clockOffMs} ms`}: ${end}`);
  if (error === 'SYNC_HALTED') await resume(field, workspace);
  // A disk that is full makes everything fail at once.
  if (code !== 0) await setTimeout(50);
}

function callResident({ arena }: Field, { workspace, args, abortAfterMs }: Task): Promise<Ended> {
  return arena.resident.call({ workspace, words: args, abortAfterMs });
}

async function runProcess({ arena, running }: Field, { workspace, args, clockOffMs }: Task): Promise<Ended> {
  const child = arena.start(workspace, args, clockOffMs);
  running.set(child, workspace);
  const ended = await ending(child);
  running.delete(child);
  return ended;
}

/** A person’s word: what is missing on one side was not meant to go. */
export async function resume(
  { arena, ledger }: Pick<Field, 'arena' | 'ledger'>,
  workspace: number,
): Promise<void> {
  const { code } = await arena.clamshell(workspace, ['resume', '--retry']);
  ledger.note(workspace, `resume --retry: exit ${code}`);
  if (code === 0) return;
  const taken = await arena.clamshell(workspace, ['resume', '--take-host']);
  ledger.note(workspace, `resume --take-host: exit ${taken.code}`);
}
