import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import { count, type Field } from './agents.ts';
import { descendantsOf, type Process, signal } from './processes.ts';
import type { Random } from './random.ts';

type Fault = (field: Field, random: Random) => Promise<string | undefined>;

/** What is done to a system that is at work; each says what it hit, or nothing where there was nothing to hit. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'host process killed': async (field, random) => hitHost(field, random, 'SIGKILL'),
  'host process interrupted': async (field, random) => hitHost(field, random, 'SIGINT'),
  'tool or link killed': async (_field, random) => {
    const tool = chooseTool(random);
    return tool !== undefined && signal(tool.pid, 'SIGKILL') ? describeTool(tool) : undefined;
  },
  'tool or link frozen': async (_field, random) => {
    const tool = chooseTool(random);
    if (tool === undefined || !signal(tool.pid, 'SIGSTOP')) return undefined;
    const forMs = random.between(100, 3000);
    await setTimeout(forMs);
    signal(tool.pid, 'SIGCONT');
    return `${describeTool(tool)}, ${forMs} ms`;
  },
  'SSH server killed': async ({ arena }, random) => {
    const [first, ...rest] = serversOf(arena.state);
    if (first === undefined) return undefined;
    const { name, pid } = random.pick([first, ...rest]);
    return signal(pid, 'SIGKILL') ? name : undefined;
  },
  'disk full': async ({ arena }, random) => {
    if (!arena.hasOwnDisk) return undefined;
    const file = path.join(arena.home, 'filler');
    const bytes = fill(file);
    const forMs = random.between(100, 1500);
    await setTimeout(forMs);
    rmSync(file, { force: true });
    return `${Math.round(bytes / 2 ** 20)} MiB for ${forMs} ms`;
  },
};

/** Breaks something every now and then, until it is told to stop. */
export async function rage(field: Field, random: Random): Promise<void> {
  const [first = '', ...others] = Object.keys(FAULTS);
  while (!field.stop.aborted) {
    await setTimeout(random.between(100, 1500));
    const name = random.pick([first, ...others]);
    const hit = await FAULTS[name]?.(field, random);
    if (hit === undefined) continue;
    count(field, `fault: ${name}`);
    field.ledger.note(undefined, `fault: ${name} (${hit})`);
  }
}

function hitHost({ running }: Field, random: Random, how: NodeJS.Signals): string | undefined {
  const [first, ...rest] = running;
  if (first === undefined) return undefined;
  const [child, workspace] = random.pick([first, ...rest]);
  return child.kill(how) ? `workspace ${workspace}` : undefined;
}

/** A process of the gateway’s command line: one that creates or inspects, or the link of a connection. */
function chooseTool(random: Random): Process | undefined {
  const [first, ...rest] = descendantsOf(process.pid).filter(({ command }) =>
    command.includes('openshell-local.js'),
  );
  return first === undefined ? undefined : random.pick([first, ...rest]);
}

function describeTool({ command }: Process): string {
  return /openshell-local\.js (?<words>.{0,60})/.exec(command)?.groups?.['words'] ?? command.slice(0, 60);
}

/** First processes of running sandboxes: with one, its SSH server and all commands end. */
function serversOf(state: string): readonly { readonly name: string; readonly pid: number }[] {
  const scope = path.join(state, 'clamshell/gateway-local/local/default');
  return namesIn(scope).flatMap((name) => {
    const pid = initOf(path.join(scope, name, 'sandbox.json'));
    return pid === undefined ? [] : [{ name, pid }];
  });
}

function initOf(file: string): number | undefined {
  try {
    const { stage } = JSON.parse(readFileSync(file, 'utf8')) as {
      stage: { at: string; init?: { pid: number } };
    };
    return stage.at === 'running' ? stage.init?.pid : undefined;
  } catch {
    return undefined;
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** Writes until nothing goes in any more; returns how much went in. */
function fill(file: string): number {
  const chunk = Buffer.alloc(2 ** 20);
  let bytes = 0;
  try {
    const descriptor = openSync(file, 'w');
    try {
      for (;;) bytes += writeSync(descriptor, chunk);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
  return bytes;
}
