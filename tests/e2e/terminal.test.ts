import { readdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { openShellLocalCommand } from '@clamshell/gateway-local';
import { acquireLock } from '@clamshell/host';

import { type Bench, createBench } from './clamshell.ts';
import { isMissing, openTerminal, type Terminal } from './terminal.ts';

let bench: Bench;
let terminal: Terminal;
/** Where it is there, the gateway creates nothing until it is gone. */
const gate = () => path.join(bench.state, 'gate');

describe.skipIf(isMissing('tmux'))('in a terminal', () => {
  beforeAll(async () => {
    bench = await createBench();
    const tool = path.join(bench.state, 'openshell');
    const command = openShellLocalCommand()
      .map((word) => `'${word}'`)
      .join(' ');
    const wait = `case " $* " in *" create "*) while [ -e '${gate()}' ]; do sleep 0.05; done ;; esac`;
    await bench.run('true');
    await bench.clamshell(['rm', '-q']);
    await writeFile(tool, `#!/bin/sh\n${wait}\nexec ${command} "$@"\n`, { mode: 0o755 });
    const env = { CLAMSHELL_PROVIDER: 'openshell', CLAMSHELL_COMMAND: tool };
    terminal = openTerminal(bench, { env });
  });
  afterAll(async () => {
    terminal.enter('clamshell rm --discard; echo "removed=$?"');
    await terminal.shows(/^removed=0$/m);
    terminal[Symbol.dispose]();
    await bench[Symbol.asyncDispose]();
  });
  beforeEach(() => {
    terminal.enter('clear');
  });

  const onHost = (name: string) => readFile(path.join(bench.workspace, name), 'utf8');

  test('what takes more than a second shows itself; Ctrl-C then ends it', async () => {
    await writeFile(gate(), '');
    terminal.enter('clamshell run -- true; echo "rc=$?"');
    await terminal.shows(/^prepare: \d+ s$/m);
    terminal.press('C-c');
    const screen = await terminal.shows(/^rc=130$/m);
    expect(screen).toContain('clamshell: Interrupted');
    expect(screen).not.toMatch(/^prepare:/m);
    await rm(gate());
  });

  test('Ctrl-C ends the command and brings home what it left', async () => {
    terminal.enter(
      `clamshell run -- sh -c 'echo part >part.txt; echo has be\\gun; sleep 4243'; echo "rc=$?"`,
    );
    await terminal.shows(/^has begun$/m);
    terminal.press('C-c');
    await terminal.shows(/^rc=130$/m);
    expect(await onHost('part.txt')).toBe('part\n');
  });

  test('Ctrl-C twice stops at once and says what is owed, and the next sync brings it', async () => {
    const stubborn = `trap "" INT TERM; echo owed >owed.txt; echo has be\\gun; while :; do sleep 0.2; done`;
    terminal.enter(`clamshell run -- sh -c '${stubborn}'; echo "rc=$?"`);
    await terminal.shows(/^has begun$/m);
    terminal.press('C-c');
    await terminal.shows(/Interrupted/);
    terminal.press('C-c');
    const screen = await terminal.shows(/^rc=130$/m);
    expect(screen).toMatch(/Stopped at once: sandbox oc-[0-9a-f]{16} may hold what this host has not seen/);
    terminal.enter('clamshell sync; echo "synced=$?"');
    await terminal.shows(/^synced=0$/m);
    expect(await onHost('owed.txt')).toBe('owed\n');
  });

  test('Ctrl-C while files come home lets them come', async () => {
    terminal.enter(`clamshell run -- sh -c 'echo has be\\gun; read line; echo home >home.txt'; echo "rc=$?"`);
    await terminal.shows(/^has begun$/m);
    {
      // Another process works on the mirror: the closing sync waits for it.
      await using _lock = await acquireLock(findMirrorLock());
      terminal.press('Enter');
      await terminal.shows(/^bring home: \d+ s$/m);
      terminal.press('C-c');
      await terminal.shows(/Interrupted/);
    }
    await terminal.shows(/^rc=0$/m);
    expect(await onHost('home.txt')).toBe('home\n');
  });

  test('errors have colour, and none with NO_COLOR', async () => {
    terminal.enter('clamshell trust; echo "rc=$?"');
    await terminal.shows(/^rc=125$/m);
    expect(terminal.screen({ withColours: true })).toContain('\x1b[31mclamshell:\x1b[39m');
    terminal.enter('clear; NO_COLOR=1; export NO_COLOR; clamshell trust; echo "again=$?"');
    await terminal.shows(/^again=125$/m);
    expect(terminal.screen({ withColours: true })).not.toContain('\x1b[31m');
  });

  function findMirrorLock(): string {
    const mirrors = path.join(bench.state, 'clamshell', 'mirrors');
    const files = readdirSync(mirrors, { encoding: 'utf8', recursive: true });
    const base = files.find((name) => path.basename(name) === 'base.jsonl') ?? '';
    return path.join(mirrors, path.dirname(base), 'lock');
  }
});
