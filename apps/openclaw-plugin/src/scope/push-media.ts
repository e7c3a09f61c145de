import { stat } from 'node:fs/promises';
import path from 'node:path';

import { type Logger, relPathFromText } from '@clamshell/core';

import type { OpenScope, ScopeRequest } from './scope.ts';

/** Where OpenClaw puts what people send, in the host's workspace, without a word to the backend. */
const INBOUND = 'media/inbound';

/**
 * After the seed nothing of the host reaches a sandbox in mode `remote`: what people sent since is pushed, and nothing
 * else. What the sandbox changed there stays. That it fails is no reason to keep a command from running.
 */
export async function pushMedia(
  { session }: OpenScope,
  { request, logger }: { readonly request: ScopeRequest; readonly logger: Logger },
): Promise<void> {
  if (!(await isThere(path.join(request.mounts.workspace.host, INBOUND)))) return;
  try {
    await session.sync({ direction: 'push', paths: [relPathFromText(INBOUND)] });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    logger.warn(`What is in ${INBOUND} did not reach the sandbox: ${why}`);
  }
}

async function isThere(directory: string): Promise<boolean> {
  return stat(directory).then(
    () => true,
    () => false,
  );
}
