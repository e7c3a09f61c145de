import { type Argv, assertNever } from '@clamshell/core';

import { confineWithBwrap } from './bwrap.ts';
import type { Backend, ConfinedCommand, ConfinementPlan } from './plan.ts';
import { confineWithUnshare } from './unshare.ts';

export function confine(backend: Backend, plan: ConfinementPlan, command: Argv): ConfinedCommand {
  switch (backend) {
    case 'bwrap':
      return confineWithBwrap(plan, command);
    case 'unshare':
      return confineWithUnshare(plan, command);
    default:
      return assertNever(backend);
  }
}
