import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';

import {
  ConfigError,
  type ExistingSandboxName,
  type HostPath,
  isClamshellError,
  parseHostPath,
} from '@clamshell/core';
import { readTextFile, resolveStateDirectory } from '@clamshell/host';

import type { Composition } from '../compose.ts';
import type { CommandContext } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { writeJson } from '../output/json.ts';

/** A sandbox that OpenClaw made and has no row of any more. */
interface Orphan {
  readonly file: string;
  readonly name: ExistingSandboxName;
  readonly scope: string;
  readonly root: HostPath;
}

interface Pruned {
  readonly sandbox: string;
  readonly root: string;
  readonly state: 'orphan' | 'removed' | 'gone' | 'kept';
  readonly reason?: string;
  readonly saved?: readonly string[];
}

/** Sandboxes of an OpenClaw whose list has forgotten them: shown, and with --remove brought home and removed. */
export async function pruneCommand(context: CommandContext): Promise<number> {
  const { environment, input, json, streams } = context;
  const given = input.text('openclawState');
  if (given === undefined) throw new ConfigError('CONFIG_INVALID', 'Name OpenClaw’s state: --openclaw-state');
  const state = path.resolve(environment.cwd, given);
  const registered = await readRegistry(state);
  const scopes = path.join(resolveStateDirectory(environment.variables), 'openclaw/scopes');
  const orphans = (await readScopes(scopes, state)).filter(({ name }) => !registered.has(name));
  const composition = await context.compose();
  const pruned: Pruned[] = [];
  for (const orphan of orphans) {
    const done = await prune(context, composition, orphan);
    pruned.push(done);
    const { sandbox, root, reason = '' } = done;
    if (!json) streams.stdout.write(`${sandbox.padEnd(20)} ${done.state.padEnd(8)} ${root} ${reason}\n`);
  }
  const { config } = await context.settings();
  writeJson(context, { provider: config.provider, openclawState: state, sandboxes: pruned });
  return pruned.some((each) => each.state === 'kept') ? EXIT.differs : EXIT.done;
}

/** Throws CONFIG_INVALID for an OpenClaw that keeps its list otherwise: it removes its sandboxes itself. */
async function readRegistry(state: string): Promise<ReadonlySet<string>> {
  const text = await readTextFile(path.join(state, 'sandbox/containers.json'));
  const isNewer = await isThere(path.join(state, 'state/openclaw.sqlite'));
  if (text === undefined || isNewer) {
    throw new ConfigError('CONFIG_INVALID', `No list of OpenClaw 2026.3 is in ${state}`, {
      hint: 'Newer versions load the plugin and remove sandboxes themselves: openclaw sandbox recreate.',
    });
  }
  const { entries } = JSON.parse(text) as { entries: readonly { containerName: string }[] };
  return new Set(entries.map(({ containerName }) => containerName));
}

async function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** What the plugin wrote down of the sandboxes it made for this OpenClaw. */
async function readScopes(directory: string, state: string): Promise<readonly Orphan[]> {
  if (!(await isThere(directory))) return [];
  const files = (await readdir(directory)).filter((name) => name.endsWith('.json')).toSorted();
  const orphans = files.map(async (name) => {
    const file = path.join(directory, name);
    const record = JSON.parse((await readTextFile(file)) ?? '{}') as Record<string, string>;
    const { scopeKey = '', workspace = '', openclawState } = record;
    if (openclawState !== state) return [];
    const sandbox = path.basename(name, '.json') as ExistingSandboxName;
    return [{ file, name: sandbox, scope: `openclaw:${scopeKey}`, root: parseHostPath(workspace) }];
  });
  return (await Promise.all(orphans)).flat();
}

async function prune(
  { input, signal }: CommandContext,
  composition: Composition,
  { file, name, scope, root }: Orphan,
): Promise<Pruned> {
  const told = { sandbox: name, root };
  const kept = (reason: string): Pruned => ({ ...told, state: 'kept', reason });
  try {
    const { sandbox } = await composition.locate({ root, scope, sandbox: undefined });
    if (sandbox !== name) return kept('made with other settings: give its --provider and --gateway');
    if (!input.flag('remove')) return { ...told, state: 'orphan' };
    const { session } = await composition.open({ root, scope, sandbox: undefined });
    await using _session = session;
    const { wasThere, saved } = await session.remove({ discard: false, signal });
    await rm(file, { force: true });
    return { ...told, state: wasThere ? 'removed' : 'gone', saved: saved.map((each) => each.file) };
  } catch (error) {
    if (signal.aborted || !isClamshellError(error)) throw error;
    return kept(`${error.message} (${error.code})`);
  }
}
