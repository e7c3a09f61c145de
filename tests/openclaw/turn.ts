import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';

import { startStubModel, type Step } from './stub-model.ts';

const PLUGIN = path.resolve(import.meta.dirname, '../../apps/openclaw-plugin');

/** The rest of `agents.defaults.sandbox`, and the plugin's own configuration. */
export interface TurnConfig {
  readonly sandbox?: Readonly<Record<string, unknown>>;
  readonly plugin?: Readonly<Record<string, unknown>>;
  /** Leaves out our plugin: 2026.3.22 has one of the same id. */
  readonly bundled?: boolean;
  /** What the model's provider is called: 2026.3.22 offers `apply_patch` to models of `openai` only. */
  readonly provider?: string;
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Turn extends Ended {
  /** What OpenClaw printed with `--json`; `undefined` where it printed none. */
  readonly json: TurnJson | undefined;
  /** What each tool answered, as the model was told, in the order of the calls. */
  readonly results: readonly string[];
  readonly tools: readonly string[];
}

interface TurnJson {
  readonly payloads?: readonly { readonly text?: string }[];
  readonly meta?: { readonly toolSummary?: { readonly calls: number; readonly failures: number } };
}

/** A home of its own: state, agent workspace and plugin, driven through OpenClaw's command line. */
export interface World extends AsyncDisposable {
  readonly home: string;
  /** The agent's workspace on the host. */
  readonly workspace: string;
  /** One turn of the agent, whose model says what the steps say. */
  turn(steps: readonly Step[], config?: TurnConfig): Promise<Turn>;
  /** `openclaw ARGS` with the configuration of the last turn. */
  openclaw(...args: string[]): Promise<Ended>;
}

export async function createWorld(installed: string): Promise<World> {
  const home = await mkdtemp(path.join(tmpdir(), 'clamshell-openclaw-'));
  const workspace = path.join(home, 'workspace');
  const state = path.join(home, 'state');
  const settings = path.join(state, 'openclaw.json');
  await mkdir(workspace);
  await mkdir(state);
  const openclaw = (...args: string[]) =>
    collect(path.join(installed, 'openclaw.mjs'), args, {
      PATH: `${path.dirname(process.execPath)}:${process.env['PATH'] ?? ''}`,
      HOME: home,
      OPENCLAW_STATE_DIR: state,
      OPENCLAW_CONFIG_PATH: settings,
    });
  let session = 0;
  return {
    home,
    workspace,
    openclaw,
    async turn(steps, config = {}) {
      if (config.bundled !== true) await placePlugin(path.join(home, 'plugin'), installed);
      await using model = await startStubModel(steps);
      await writeFile(settings, JSON.stringify(settingsFor(home, model.baseUrl, config)));
      const asked = ['--session-id', `t${++session}`, '--message', 'please run', '--json'];
      const ended = await openclaw('agent', '--local', '--agent', 'main', ...asked);
      return { ...ended, json: parseJson(ended), results: model.results(), tools: model.tools() };
    },
    async [Symbol.asyncDispose]() {
      await removeSandboxes(home);
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** Whatever a turn left: through the gateway that is packed with the plugin. */
async function removeSandboxes(home: string): Promise<void> {
  const gateway = path.join(PLUGIN, 'dist/openshell-local.js');
  const env = { PATH: process.env['PATH'] ?? '', HOME: home };
  const { stdout } = await collect(gateway, ['sandbox', 'list', '-o', 'json'], env);
  const names = [...stdout.matchAll(/"name": ?"([^"]+)"/g)].map(([, name = '']) => name);
  if (names.length > 0) await collect(gateway, ['sandbox', 'delete', ...names], env);
}

/** A copy of what is published; linked to its OpenClaw where that one looks for itself from there upwards. */
async function placePlugin(place: string, installed: string): Promise<void> {
  for (const part of ['package.json', 'openclaw.plugin.json', 'dist']) {
    await cp(path.join(PLUGIN, part), path.join(place, part), { recursive: true });
  }
  if (!installed.includes('2026.3.22')) return;
  await mkdir(path.join(place, 'node_modules'), { recursive: true });
  await rm(path.join(place, 'node_modules/openclaw'), { force: true });
  await symlink(installed, path.join(place, 'node_modules/openclaw'));
}

function settingsFor(
  home: string,
  baseUrl: string,
  { sandbox = {}, plugin = {}, bundled = false, provider = 'stub' }: TurnConfig,
) {
  const model = { id: 'stub-1', name: 'Stub', reasoning: false, input: ['text'] };
  const limits = { contextWindow: 128_000, maxTokens: 4096 };
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const stub = {
    baseUrl,
    apiKey: 'sk-stub',
    api: 'openai-completions',
    models: [{ ...model, ...limits, cost }],
  };
  return {
    gateway: { mode: 'local' },
    models: { mode: 'merge', providers: { [provider]: stub } },
    tools: { exec: { applyPatch: { enabled: true } } },
    agents: {
      defaults: {
        model: { primary: `${provider}/stub-1` },
        workspace: path.join(home, 'workspace'),
        skipBootstrap: true,
        sandbox: { mode: 'all', backend: 'openshell', scope: 'session', workspaceAccess: 'rw', ...sandbox },
      },
    },
    plugins: {
      ...(bundled ? {} : { load: { paths: [path.join(home, 'plugin')] } }),
      entries: { openshell: { enabled: true, config: plugin } },
    },
  };
}

async function collect(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((resolve) => child.once('close', resolve)),
  ]);
  return { code, stdout, stderr };
}

/** 2026.3.22 prints the object on stderr; lines of plugins may stand before it. */
function parseJson({ stdout, stderr }: Ended): TurnJson | undefined {
  const printed = [stdout, stderr].find((output) => /^\{$/m.test(output));
  return printed === undefined ? undefined : (JSON.parse(printed.slice(printed.search(/^\{$/m))) as TurnJson);
}
