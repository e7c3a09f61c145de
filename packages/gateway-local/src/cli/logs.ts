import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import { Command, InvalidArgumentError, Option } from 'commander';

import { observeSandbox } from '../lifecycle/observe-sandbox.ts';
import { type LogLine, parseLogLine } from '../state/sandbox-log.ts';
import { placeOf } from '../state/scope.ts';
import type { CliContext } from './cli-context.ts';

interface LogsOptions {
  readonly n: number;
  readonly tail?: boolean;
  readonly since?: number;
  readonly source?: string;
  readonly level?: string;
}

const LEVELS = ['INFO', 'WARN', 'ERROR'] as const;
const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const POLL_MS = 200;

/** `logs NAME`: what happened to a sandbox, and what its policy let through or refused (openshell §1.2). */
export function logsCommand(contextOf: () => CliContext): Command {
  return new Command('logs')
    .description('show what happened to a sandbox, and what it reached or was refused')
    .argument('<name>')
    .addOption(new Option('-n <count>', 'only the last lines').default(200).argParser(parseCount))
    .option('--tail', 'go on with what comes, until the sandbox is gone')
    .addOption(new Option('--since <duration>', 'as 90s, 5m, 2h or 1d').argParser(parseDuration))
    .addOption(new Option('--source <source>').choices(['gateway', 'sandbox', 'all']))
    .addOption(
      new Option('--level <level>', 'this one and worse').choices(LEVELS.map((each) => each.toLowerCase())),
    )
    .action(async (name: string, options: LogsOptions) => showLogs(contextOf(), name, options));
}

async function showLogs(
  { scope, host, print }: CliContext,
  name: string,
  options: LogsOptions,
): Promise<void> {
  const place = placeOf(scope, name);
  await observeSandbox(place);
  const isWanted = filterOf(options, host.now());
  const show = (lines: readonly string[]) => print(lines.map((line) => `${line}\n`).join(''));
  let seen = readLog(place.log);
  show(linesOf(seen).filter(isWanted).slice(-options.n));
  while (options.tail) {
    await sleep(POLL_MS);
    await observeSandbox(place);
    const now = readLog(place.log);
    // It is begun anew when it has grown too large.
    const since = now.startsWith(seen) ? now.slice(seen.length) : now;
    show(linesOf(since).filter(isWanted));
    seen = now;
  }
}

function filterOf({ since, source, level }: LogsOptions, now: Date): (line: string) => boolean {
  const rank = (each: LogLine['level']) => LEVELS.indexOf(each);
  const least = LEVELS.find((each) => each.toLowerCase() === level) ?? 'INFO';
  return (text) => {
    const line = parseLogLine(text);
    if (line === undefined || rank(line.level) < rank(least)) return false;
    if (since !== undefined && line.time.getTime() < now.getTime() - since) return false;
    return source === undefined || source === 'all' || line.source === source;
  };
}

/** Whole lines only. */
function linesOf(text: string): readonly string[] {
  return text.split('\n').slice(0, -1);
}

function readLog(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
}

function parseDuration(text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('Not a duration.');
  return Number(count) * (UNITS[unit] ?? 0);
}
