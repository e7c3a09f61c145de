import {
  type CallOptions,
  type ErrorCode,
  FsError,
  isClamshellError,
  type RequestChannel,
  type ShellRunner,
} from '@clamshell/core';

import { understand } from '../wire/refusal.ts';
import { createAgentRoad } from './agent-road.ts';
import { createPythonRoad, createShellRoad } from './request-road.ts';
import type { Road } from './road.ts';

export interface RoadSources {
  /** Where there is one, a program that stays answers short requests in a fraction of the time. */
  readonly shell?: ShellRunner | undefined;
  readonly requests: RequestChannel;
}

/** The best road that the sandbox has; looked for once, at the first call. */
export function chooseRoad(sources: RoadSources): (call: CallOptions | undefined) => Promise<Road> {
  let chosen: Promise<Road> | undefined;
  return (call) => {
    const looking = (chosen ??= firstThatAnswers(roadsOf(sources)));
    looking.catch(() => {
      if (chosen === looking) chosen = undefined;
    });
    return untilAborted(looking, call?.signal);
  };
}

function roadsOf({ shell, requests }: RoadSources): readonly Road[] {
  return [
    ...(shell === undefined ? [] : [createAgentRoad(shell)]),
    createPythonRoad(requests),
    createShellRoad(requests),
  ];
}

/** They say nothing about what the sandbox has. */
const LINK_ERRORS: readonly ErrorCode[] = ['CONNECTION_LOST', 'CONNECTION_FAILED', 'DEADLINE_EXCEEDED'];

async function firstThatAnswers([road, ...others]: readonly Road[]): Promise<Road> {
  if (road === undefined) throw new FsError('FILE_REPLY_INVALID', 'The sandbox answers no file request');
  try {
    const [reply] = await road.ask([{ do: 'hello' }], { maxReplyBytes: 64, call: undefined });
    understand(reply ?? [], 'hello');
    return road;
  } catch (error) {
    if (!isClamshellError(error) || LINK_ERRORS.includes(error.code)) throw error;
    return firstThatAnswers(others);
  }
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
