import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Bench, createBench } from './clamshell.ts';
import { checkJson, runForJson } from './command-json.ts';
import { isMissing, openTerminal } from './terminal.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await createBench();
});
afterAll(async () => {
  await bench[Symbol.asyncDispose]();
});

async function writeScript(shell: string): Promise<string> {
  const { value } = await runForJson(bench, 'completion', { args: [shell] });
  checkJson('completion', value);
  const file = path.join(bench.state, `completion.${shell}`);
  await writeFile(file, value['script'] as string);
  return file;
}

// What stands before the cursor, and all that may follow.
const ROWS: readonly [string, readonly string[]][] = [
  ['clamshell sta', ['start', 'status']],
  ['clamshell config ', ['schema', 'show', 'validate']],
  ['clamshell -C /tmp config s', ['schema', 'show']],
  ['clamshell run --js', ['--json', '--json-fd']],
  ['clamshell completion f', ['fish']],
  ['clamshell sync --provider o', ['openshell']],
];

describe.skipIf(isMissing('bash'))('bash completes', () => {
  test.each(ROWS)('%s', async (line, words) => {
    const program = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _clamshell; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ['-c', program, 'bash', await writeScript('bash'), ...line.split(' ')];
    expect(linesOf(execFileSync('bash', args, { encoding: 'utf8' }))).toEqual(words);
  });

  test('nothing of ours after --, where another command’s words stand', async () => {
    const program = `source "$1"; COMP_WORDS=(clamshell run -- ls --js); COMP_CWORD=4; _clamshell; echo "\${#COMPREPLY[@]}"`;
    const args = ['-c', program, 'bash', await writeScript('bash')];
    expect(execFileSync('bash', args, { encoding: 'utf8' })).toBe('0\n');
  });
});

describe.skipIf(isMissing('fish'))('fish completes', () => {
  test.each(ROWS)('%s', async (line, words) => {
    const args = ['-c', 'source $argv[1]; complete -C $argv[2]', await writeScript('fish'), line];
    const lines = linesOf(
      execFileSync('fish', args, { encoding: 'utf8', env: { ...process.env, HOME: bench.state } }),
    );
    expect(lines.map((each) => each.split('\t')[0])).toEqual(words);
  });
});

describe.skipIf(isMissing('zsh') || isMissing('tmux'))('zsh completes', () => {
  test('commands, those of a group, options and their values', async () => {
    using terminal = openTerminal(bench, { shell: 'zsh -f' });
    const script = await writeScript('zsh');
    terminal.enter(`PS1='> '; autoload -Uz compinit; compinit -u -D; source ${script}; echo sourced $?`);
    await terminal.shows(/^sourced 0$/m);
    for (const [line, [only, ...others]] of ROWS) {
      terminal.press('C-u');
      terminal.enter('clear');
      terminal.type(line);
      terminal.press('Tab');
      // One word is put in; several are listed, or their common start is put in.
      const last = line.slice(line.lastIndexOf(' ') + 1);
      await terminal.shows(
        new RegExp(others.length === 0 ? `${line.slice(0, -last.length)}${only}` : `^${only} |--json`, 'm'),
      );
    }
  });
});

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .sort();
}
