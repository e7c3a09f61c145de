import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import type { Bench } from './clamshell.ts';

const CLI = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');

/** A program that a suite needs is there, or the suite passes over with a word; in CI it must be there. */
export function isMissing(program: string): boolean {
  const isThere = spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
  if (!isThere) process.stderr.write(`${program} is not installed: what needs it is not run\n`);
  return !isThere && process.env['CI'] !== 'true';
}

export interface Terminal extends Disposable {
  /** Keys as tmux names them: `Enter`, `C-c`, `Tab`. */
  press(...keys: string[]): void;
  type(text: string): void;
  /** Types a line and Enter. */
  enter(line: string): void;
  screen(options?: { readonly withColours: boolean }): string;
  /** Resolves with the screen once it shows `words`. */
  shows(words: RegExp): Promise<string>;
}

/** A shell in a real terminal of 120 columns, `clamshell` in its PATH, in the bench's workspace. */
export function openTerminal(bench: Bench, { shell = 'sh', env = {} }: TerminalOptions = {}): Terminal {
  const socket = `clamshell-${randomBytes(6).toString('hex')}`;
  const tmux = (...args: string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8' });
  const variables = { XDG_STATE_HOME: bench.state, PS1: '> ', ...env };
  const pairs = Object.entries(variables).map(([name, value]) => `${name}=${value}`);
  tmux(
    'new-session',
    '-d',
    '-x',
    '120',
    '-y',
    '50',
    '-c',
    bench.workspace,
    'env',
    ...pairs,
    ...shell.split(' '),
  );
  const screen = ({ withColours } = { withColours: false }) =>
    tmux('capture-pane', '-p', ...(withColours ? ['-e'] : []));
  const type = (text: string) => void tmux('send-keys', '-l', text);
  const terminal: Terminal = {
    press: (...keys) => void tmux('send-keys', ...keys),
    type,
    enter: (line) => {
      type(line);
      tmux('send-keys', 'Enter');
    },
    screen,
    async shows(words) {
      const deadline = AbortSignal.timeout(120_000);
      while (!words.test(screen())) {
        if (deadline.aborted) throw new Error(`${words} never came up:\n${screen()}`);
        await setTimeout(100);
      }
      return screen();
    },
    [Symbol.dispose]: () => void tmux('kill-server'),
  };
  terminal.enter(`clamshell() { '${process.execPath}' '${CLI}' "$@"; }`);
  return terminal;
}

interface TerminalOptions {
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
}
