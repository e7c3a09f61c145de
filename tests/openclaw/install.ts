import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import type { TestContext } from 'vitest';

const run = promisify(execFile);

/** The oldest OpenClaw the plugin works with, and the newest it was tried on. */
export const VERSIONS = ['2026.3.22', '2026.9.6'] as const;
export type Version = (typeof VERSIONS)[number];

/** The directory of OpenClaw's package. Where it can't be had, the test is passed over with the reason. */
export async function requireOpenClaw(version: Version, context: TestContext): Promise<string> {
  const place = path.join(cacheDirectory(), `openclaw-${version}`);
  const installed = path.join(place, 'node_modules/openclaw');
  try {
    if (!(await exists(installed))) await installInto(place, version);
    return installed;
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return context.skip(`openclaw@${version} could not be installed: ${firstLine(error)}`);
  }
}

function cacheDirectory(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'clamshell-tests');
}

/** Beside its place and then renamed, so that an install that was cut never counts. */
async function installInto(place: string, version: Version): Promise<void> {
  await mkdir(path.dirname(place), { recursive: true });
  const draft = await mkdtemp(`${place}.`);
  try {
    const quiet = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await run('npm', ['install', '--prefix', draft, `openclaw@${version}`, ...quiet], { cwd: draft });
    await rename(draft, place);
  } catch (error) {
    // Another process was first.
    if (!(await exists(path.join(place, 'node_modules/openclaw')))) throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n', 1)[0] ?? '';
}
