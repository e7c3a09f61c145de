import type { RemotePath, ShellRunner } from '@clamshell/core';

import { PYTHON_PROGRAM } from '../programs/python.ts';
import type { Operation } from '../wire/operation.ts';
import { Agent } from './agent.ts';
import type { AskOptions, Road } from './road.ts';

/** From which size on a reply, or a request, may keep others waiting. */
const BULK_BYTES = 256 * 1024;
/** Work of any length. */
const LONG: readonly Operation['do'][] = ['list', 'walk', 'remove', 'copy', 'search', 'checksum'];

/**
 * Python programs that stay: one for what is short, and one, once it is needed, for what may take long, so that neither
 * waits for the other. They end with the connection.
 */
export function createAgentRoad(shell: ShellRunner): Road {
  const [short, long] = [keepAgent(shell), keepAgent(shell)];
  const ask = async (operations: readonly Operation[], options: AskOptions) => {
    const { maxReplyBytes, call } = options;
    const agent = await (isLong(operations, maxReplyBytes) ? long : short)();
    call?.signal?.throwIfAborted();
    return agent.ask(operations, maxReplyBytes, call?.signal);
  };
  return { containment: 'kernel-anchored', ask };
}

function isLong(operations: readonly Operation[], maxReplyBytes: number): boolean {
  return (
    operations.length * maxReplyBytes > 64 * BULK_BYTES ||
    maxReplyBytes > BULK_BYTES ||
    operations.some(({ do: name, content }) => LONG.includes(name) || (content?.length ?? 0) > BULK_BYTES)
  );
}

/** The agent that is there, or a new one where it is not good any more. */
function keepAgent(shell: ShellRunner): () => Promise<Agent> {
  let current: Promise<Agent> | undefined;
  return async () => {
    current ??= startAgent(shell);
    const asked = current;
    try {
      const agent = await asked;
      if (agent.isGood) return agent;
    } catch (error) {
      if (current === asked) current = undefined;
      throw error;
    }
    if (current === asked) current = startAgent(shell);
    return current;
  };
}

/** The one directory that no command can remove. */
const ANYWHERE = '/' as RemotePath;

async function startAgent(shell: ShellRunner): Promise<Agent> {
  const argv = ['python3', '-I', '-S', '-c', PYTHON_PROGRAM] as const;
  return new Agent(await shell.spawn({ argv, cwd: ANYWHERE }));
}
