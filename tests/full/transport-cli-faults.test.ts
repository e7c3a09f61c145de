import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { isClamshellError, parseSandboxName, type SandboxId } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { createCliGateway } from '@clamshell/transport-cli';

const OPERATIONS = 1000;
/** Sandboxes at once, each with a tool of its own. */
const LANES = 10;
const DEADLINE_MS = 3000;
/** From the deadline to the rejection: TERM, two seconds, KILL, and a loaded machine. */
const GRACE_MS = 30_000;

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

let root = '';
beforeAll(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'clamshell-faults-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const name = parseSandboxName('demo');
const id = 'sb-1' as SandboxId;

test('a thousand lifecycle operations with faults end in the right state or a clear error, in time', async ({
  task,
}) => {
  const codes: Record<string, number> = {};
  const longest = { ms: 0 };
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      const directory = path.join(root, String(lane));
      await mkdir(directory);
      await runLane(directory, codes, longest);
    }),
  );
  Object.assign(task.meta, { figures: { operations: OPERATIONS, longestMs: longest.ms, ...codes } });
  expect(Object.values(codes).reduce((sum, count) => sum + count, 0)).toBe(OPERATIONS);
  expect(Object.keys(codes).filter((code) => code.startsWith('not ours'))).toEqual([]);
  expect(longest.ms).toBeLessThan(DEADLINE_MS + GRACE_MS);
  expect(codes['done']).toBeGreaterThan(OPERATIONS / 5);
});

async function runLane(
  directory: string,
  codes: Record<string, number>,
  longest: { ms: number },
): Promise<void> {
  const gateway = createCliGateway({
    command: ['sh', '-c', TOOL, 'tool', directory],
    workspace: 'default',
    timeoutMs: DEADLINE_MS,
    env: process.env,
    version: 'openshell 0.0.111',
    clock: systemClock,
  });
  const options = { timeoutMs: DEADLINE_MS };
  const operations = [
    () => gateway.inspect(name, options),
    () => gateway.list(options),
    () => gateway.create({ name, labels: {} }, options),
    () => gateway.stop(name, options),
    () => gateway.start(name, options),
    () => gateway.remove({ name, id }, options),
  ];
  for (let index = 0; index < OPERATIONS / LANES; index += 1) {
    // Another step for each, so that every operation meets every fault.
    const fault = FAULTS[(index * 5 + Math.floor(index / FAULTS.length)) % FAULTS.length] ?? 'none';
    await writeFile(path.join(directory, 'fault'), fault);
    const began = Date.now();
    const outcome =
      (await operations[index % operations.length]?.().then(
        () => 'done',
        (error: unknown) => (isClamshellError(error) ? error.code : `not ours: ${String(error)}`),
      )) ?? '';
    longest.ms = Math.max(longest.ms, Date.now() - began);
    codes[outcome] = (codes[outcome] ?? 0) + 1;
  }
  await writeFile(path.join(directory, 'fault'), 'none');
  const written = await readFile(path.join(directory, 'item'), 'utf8').catch(() => undefined);
  expect((await gateway.inspect(name)).phase).toBe(written === undefined ? 'absent' : 'ready');
}
