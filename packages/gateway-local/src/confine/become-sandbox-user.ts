import type { ConfinementPlan } from './plan.ts';
import { INSIDE } from './plan.ts';

/**
 * The last steps from the one who made the mounts to the sandbox's user: a chain of programs, each of which runs the
 * next, so that the sandbox's first process stays one process. Limits come last: before the inner user namespace they
 * would count all processes of the host's user.
 */
export function becomeSandboxUser(plan: ConfinementPlan): readonly string[] {
  return [...leaveRoot(plan.hostUser), ...enterUserNamespace, ...setLimits(plan)];
}

export function setLimits(plan: ConfinementPlan): readonly string[] {
  return ['prlimit', ...plan.limits, '--'];
}

/** Without this the sandbox's user would be root on the host, and write its `/proc/sys`. */
function leaveRoot(hostUser: number | undefined): readonly string[] {
  if (hostUser === undefined) return [];
  const id = String(hostUser);
  return [
    'setpriv',
    '--reuid',
    id,
    '--regid',
    id,
    '--clear-groups',
    '--inh-caps=-all',
    '--bounding-set=-all',
    '--',
  ];
}

/** Capabilities are kept just long enough to empty the bounding set, which a new user namespace fills again. */
const enterUserNamespace: readonly string[] = [
  'unshare',
  '--user',
  `--map-user=${INSIDE.uid}`,
  `--map-group=${INSIDE.uid}`,
  '--keep-caps',
  '--',
  'setpriv',
  '--no-new-privs',
  '--inh-caps=-all',
  '--ambient-caps=-all',
  '--bounding-set=-all',
  '--',
];
