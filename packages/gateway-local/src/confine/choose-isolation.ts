import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';

import { ConfigError, LifecycleError } from '@clamshell/core';

import type { Isolation } from '../state/sandbox-record.ts';
import { confine } from './confine.ts';
import { killGroup } from './kill-group.ts';
import { ARGUMENTS_FD, type Backend, type ConfinementPlan, SYSTEM_PATH } from './plan.ts';
import { readHead } from './read-head.ts';

export interface IsolationWish {
  /** Only this back-end, for tests. */
  readonly only: string | undefined;
  /** Whether to go on without any confinement where there is none. */
  readonly allowNone: boolean;
  readonly isRoot: boolean;
}

const PROBE_DEADLINE_MS = 20_000;

/**
 * The first back-end that really confines `true` with the whole plan. Throws ISOLATION_UNAVAILABLE with each one's own
 * words where none does; unconfined code as root is refused in any case.
 */
export async function chooseIsolation(plan: ConfinementPlan, wish: IsolationWish): Promise<Isolation> {
  const failures: string[] = [];
  for (const backend of candidates(wish)) {
    const failure = await probe(backend, plan);
    if (failure === undefined) return backend;
    failures.push(`${backend}: ${failure}`);
  }
  if (!wish.allowNone) {
    throw new LifecycleError('ISOLATION_UNAVAILABLE', `isolation is not available: ${failures.join('; ')}`);
  }
  if (wish.isRoot) {
    throw new LifecycleError(
      'ISOLATION_UNAVAILABLE',
      'isolation is not available, and root may not run without it',
      {
        hint: 'Run as an ordinary user, or install bubblewrap.',
      },
    );
  }
  return 'none';
}

function candidates({ only, allowNone }: IsolationWish): readonly Backend[] {
  switch (only) {
    case undefined:
    case '':
      return ['bwrap', 'unshare'];
    case 'bwrap':
    case 'unshare':
      return [only];
    case 'none':
      if (allowNone) return [];
      throw new ConfigError('CONFIG_INVALID', 'OPENSHELL_LOCAL_ISOLATION=none needs --insecure-no-isolation');
    default:
      throw new ConfigError(
        'CONFIG_INVALID',
        `OPENSHELL_LOCAL_ISOLATION must be bwrap or unshare, not '${only}'`,
      );
  }
}

/** Why it doesn't work here; `undefined` when it does. */
async function probe(backend: Backend, plan: ConfinementPlan): Promise<string | undefined> {
  const { argv, argumentsText } = confine(backend, plan, ['true']);
  const [file, ...args] = argv;
  const status = openSync('/dev/null', 'w');
  const child = spawn(file, args, {
    cwd: '/',
    env: { PATH: SYSTEM_PATH },
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ignore', 'pipe', status],
  });
  closeSync(status);
  const words = readHead(child.stdio[2] as Readable);
  const feed = child.stdio[ARGUMENTS_FD] as Writable | undefined;
  // A back-end that is not there, or has given up, doesn't read its arguments; its exit says so.
  feed?.on('error', () => {});
  feed?.end(argumentsText);
  const timer = setTimeout(() => killGroup(child), PROBE_DEADLINE_MS);
  try {
    const [code] = (await once(child, 'exit')) as [number | null];
    killGroup(child);
    if (code === 0) return undefined;
    return (await words).trim() || `ended with ${code ?? 'a signal'}`;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return 'code' in error && error.code === 'ENOENT' ? 'is not installed' : error.message;
  } finally {
    clearTimeout(timer);
  }
}
