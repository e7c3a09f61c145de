import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { isClamshellError, parseSandboxName, type SandboxId } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { type CliGateway, createCliGateway } from '@clamshell/transport-cli';

/**
 * Keeps one sandbox in `$1/item`, and has the fault that `$1/fault` names: it is killed before or after it has done its
 * work, prints garbage or other JSON, hangs with and without output, or fails without a word.
 */
const TOOL = `
dir=$1; shift 2
fault=$(cat "$dir/fault")
case $fault in
  killed-first) kill -9 $$ ;;
  hangs) trap '' TERM; sleep 1000 & wait; wait ;;
  silent) exit 1 ;;
  endless) exec yes ;;
esac
missing() { printf 'Error: status: NotFound, message: "sandbox not found"' >&2; exit 1; }
say() {
  case $fault in
    garbage) head -c 1000 /dev/urandom ;;
    other-json) printf '{"sandboxes": 3}' ;;
    other-name) printf '{"id":"sb-1","name":"other","phase":"Ready"}' ;;
    cut) printf '{"id":"sb-1","na' ;;
    *) cat "$1" ;;
  esac
}
case "$1 $2" in
  'sandbox get') [ -e "$dir/item" ] || missing; say "$dir/item" ;;
  'sandbox list') if [ -e "$dir/item" ]; then { printf '['; cat "$dir/item"; printf ']'; } >"$dir/list"; else printf '[]' >"$dir/list"; fi; say "$dir/list" ;;
  'sandbox create')
    [ ! -e "$dir/item" ] || { printf "Error: sandbox 'demo' already exists" >&2; exit 1; }
    printf '{"id":"sb-1","name":"demo","phase":"Ready","labels":{}}' >"$dir/item" ;;
  'sandbox delete') [ -e "$dir/item" ] || missing; rm "$dir/item" ;;
  'sandbox stop' | 'sandbox start') [ -e "$dir/item" ] || missing ;;
esac
[ "$fault" != killed-after ] || kill -9 $$`;

const FAULTS = [
  ...['none', 'none', 'none', 'killed-first', 'killed-after', 'silent'],
  ...['garbage', 'other-json', 'other-name', 'cut', 'endless', 'hangs'],
];

const name = parseSandboxName('demo');
const id = 'sb-1' as SandboxId;

interface Amount {
  readonly operations: number;
  /** Sandboxes at once, each with a tool of its own. */
  readonly lanes: number;
  readonly deadlineMs: number;
}

export interface FaultyOutcome {
  /** How often each code came; `done` for what went well, `not ours: …` for any other error. */
  readonly codes: Readonly<Record<string, number>>;
  readonly longestMs: number;
  /** Of each lane, once its tool is well again: what the gateway says, and what is so. */
  readonly ends: readonly (readonly [said: string, isThere: boolean])[];
}

/** Lifecycle operations, each with a fault of the tool's, every operation meeting every fault if there are enough. */
export async function runFaultyOperations({ operations, lanes, deadlineMs }: Amount): Promise<FaultyOutcome> {
  const root = await mkdtemp(path.join(os.tmpdir(), 'clamshell-faults-'));
  const codes: Record<string, number> = {};
  let longestMs = 0;
  const note = (code: string, ms: number) => {
    codes[code] = (codes[code] ?? 0) + 1;
    longestMs = Math.max(longestMs, ms);
  };
  try {
    const ends = await Promise.all(
      Array.from({ length: lanes }, async (_, lane) => {
        const directory = path.join(root, String(lane));
        await mkdir(directory);
        return runLane({ directory, lane, count: operations / lanes, deadlineMs }, note);
      }),
    );
    return { codes, longestMs, ends };
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

interface Lane {
  readonly directory: string;
  readonly lane: number;
  readonly count: number;
  readonly deadlineMs: number;
}

async function runLane(
  { directory, lane, count, deadlineMs }: Lane,
  note: (code: string, ms: number) => void,
): Promise<readonly [string, boolean]> {
  const gateway = gatewayOf(directory, deadlineMs);
  const options = { timeoutMs: deadlineMs };
  const operations = [
    () => gateway.inspect(name, options),
    () => gateway.list(options),
    () => gateway.create({ name, labels: {} }, options),
    () => gateway.stop(name, options),
    () => gateway.start(name, options),
    () => gateway.remove({ name, id }, options),
  ];
  for (let index = lane; index < lane + count; index += 1) {
    // Another step for each, so that every operation meets every fault.
    const fault = FAULTS[(index * 5 + Math.floor(index / FAULTS.length)) % FAULTS.length] ?? 'none';
    await writeFile(path.join(directory, 'fault'), fault);
    const began = Date.now();
    const outcome = operations[index % operations.length]?.().then(
      () => 'done',
      (error: unknown) => (isClamshellError(error) ? error.code : `not ours: ${String(error)}`),
    );
    note((await outcome) ?? '', Date.now() - began);
  }
  await writeFile(path.join(directory, 'fault'), 'none');
  const written = await readFile(path.join(directory, 'item'), 'utf8').catch(() => undefined);
  return [(await gatewayOf(directory, 60_000).inspect(name)).phase, written !== undefined];
}

function gatewayOf(directory: string, timeoutMs: number): CliGateway {
  return createCliGateway({
    command: ['sh', '-c', TOOL, 'tool', directory],
    ...{ workspace: 'default', timeoutMs, env: process.env, clock: systemClock },
    version: 'openshell 0.0.111',
  });
}
