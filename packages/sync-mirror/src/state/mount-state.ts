import { createHash } from 'node:crypto';
import path from 'node:path';

import type { HostPath, RemotePath } from '@clamshell/core';

/** Where one mount's state lies: outside the workspace, so that `git clean -fdx` does not reach it. */
export interface MountState {
  readonly base: string;
  readonly journal: string;
  readonly lock: string;
  /** One record for each run that the undo store still holds. */
  readonly runs: string;
  /** Archives of the sandbox’s half. */
  readonly saved: string;
}

/** `hostRoot` is a real path: two spellings of one workspace are one mount. */
export function locateState(stateDirectory: string, hostRoot: HostPath, sandboxRoot: RemotePath): MountState {
  const key = createHash('sha256').update(`${hostRoot}\0${sandboxRoot}`).digest('hex').slice(0, 32);
  const at = (name: string) => path.join(stateDirectory, key, name);
  return {
    base: at('base.jsonl'),
    journal: at('journal.json'),
    lock: at('lock'),
    runs: at('runs'),
    saved: at('saved'),
  };
}
