import { assertNever } from '@clamshell/core';
import type { ProcessIdentity } from '@clamshell/host';

import type { SandboxRecord } from './sandbox-record.ts';

/** The words of openshell §1.3, those that occur here. */
export type Phase =
  'Provisioning' | 'Starting' | 'Ready' | 'Stopping' | 'Stopped' | 'Deleting' | 'Error' | 'Completed';

/** What the end of its main process makes of a sandbox. */
export type MainEnd = Extract<Phase, 'Error' | 'Completed'>;

/** What the system says, beside what was written down. */
export interface Observed {
  readonly isAlive: (process: ProcessIdentity) => boolean;
  /** The word that the supervisor has left of the main process's end. Code in the sandbox can forge it, to its own harm. */
  readonly mainEnd: () => MainEnd | undefined;
}

/**
 * Where a sandbox stands. The record says what was last begun, and who was at it; whether that still holds is seen
 * from the processes: a supervisor that was killed, by code in the sandbox or by a reboot, is Stopped.
 */
export function phaseOf({ stage, main }: Pick<SandboxRecord, 'stage' | 'main'>, observed: Observed): Phase {
  const settled = (init: ProcessIdentity | undefined): Phase => {
    if (init !== undefined && observed.isAlive(init)) return 'Ready';
    return (main === undefined ? undefined : observed.mainEnd()) ?? 'Stopped';
  };
  switch (stage.at) {
    case 'provisioning':
      return observed.isAlive(stage.by) ? 'Provisioning' : 'Error';
    case 'starting':
      return observed.isAlive(stage.by) ? 'Starting' : settled(stage.init);
    case 'stopping':
      return observed.isAlive(stage.by) ? 'Stopping' : settled(stage.init);
    case 'running':
      return settled(stage.init);
    case 'stopped':
      return 'Stopped';
    case 'deleting':
      return observed.isAlive(stage.by) ? 'Deleting' : 'Error';
    case 'failed':
      return 'Error';
    default:
      return assertNever(stage);
  }
}
