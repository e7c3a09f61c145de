import { INSIDE, SYSTEM_PATH } from '../confine/plan.ts';
import type { SupervisorSettings } from './settings.ts';

/** All that a command finds in its environment before its login shell adds to it (openshell §2.5). */
export function commandEnvironment({ home, env }: SupervisorSettings): Record<string, string> {
  return {
    ...env,
    OPENSHELL_SANDBOX: '1',
    HOME: home,
    USER: INSIDE.user,
    SHELL: '/bin/bash',
    PATH: `${SYSTEM_PATH}:${INSIDE.binaries}`,
    TERM: 'dumb',
  };
}
