import type { FsBridge, ResolvedPath } from '@clamshell/core';

import type { FileRequest } from '../openclaw/fs-bridge.ts';
import { type FileAction, fileFailure } from './failures.ts';
import { type NamesDeps, resolvePlace } from './places.ts';

export interface BridgeDeps extends NamesDeps {
  readonly files: FsBridge;
}

export interface Asked extends FileRequest {
  readonly action: FileAction;
}

/** Does `work` at the place that was asked for; what fails is told in OpenClaw's words. */
export async function withPlace<Result>(
  deps: BridgeDeps,
  asked: Asked,
  work: (place: ResolvedPath) => Promise<Result>,
): Promise<Result> {
  const place = resolvePlace(deps, asked);
  try {
    return await work(place);
  } catch (error) {
    throw fileFailure(error, { action: asked.action, path: place.sandboxPath, mode: deps.mode });
  }
}
