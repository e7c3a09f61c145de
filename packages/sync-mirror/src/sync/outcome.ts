import type {
  Movement,
  PhaseTiming,
  PlannedAction,
  Problem,
  RelPath,
  SyncOutcome,
  SyncPlan,
} from '@clamshell/core';

import type { Step } from '../plan/step.ts';
import type { Side } from '../tree/entry.ts';
import type { Ledger } from './carry-out.ts';
import type { Observed } from './observe.ts';

export function toPlan(observed: Observed): SyncPlan {
  const { steps, conflicts } = observed.plan;
  return { status: 'planned', actions: steps.map(toAction), conflicts, withheld: newlyWithheld(observed) };
}

function toAction(step: Step): PlannedAction {
  const change = step.kind === 'remove' ? 'remove' : step.over === undefined ? 'create' : 'update';
  return { on: step.to, change, path: step.path };
}

export function toOutcome(observed: Observed, ledger: Ledger, phases: readonly PhaseTiming[]): SyncOutcome {
  const { steps, conflicts, problems } = observed.plan;
  const made = steps.filter(({ path }) => ledger.applied.has(path));
  return {
    status: 'done',
    pushed: measure(made, 'sandbox'),
    pulled: measure(made, 'host'),
    problems: onePerPath([...problems, ...ledger.problems]),
    conflicts: conflicts.filter(({ path }) => isSettled(path, made)),
    withheld: newlyWithheld(observed),
    phases,
  };
}

/** A conflict of a whole git directory is one, whatever it holds. */
function isSettled(path: RelPath, made: readonly Step[]): boolean {
  return made.some((step) => step.path === path || (step.isConflict && step.path.startsWith(`${path}/`)));
}

/** Directories are not counted as files. */
function measure(made: readonly Step[], to: Side): Movement {
  const steps = made.filter((step) => step.to === to);
  const entries = steps.flatMap((step) =>
    step.kind === 'put' && step.entry.kind !== 'directory' ? [step.entry] : [],
  );
  const bytes = entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.stat.size : 0), 0);
  return { files: entries.length, removed: steps.filter(({ kind }) => kind === 'remove').length, bytes };
}

function onePerPath(problems: readonly Problem[]): readonly Problem[] {
  return [...new Map(problems.toReversed().map((problem) => [problem.path, problem])).values()].toReversed();
}

/** Those that no earlier sync reported. */
function newlyWithheld({ plan, base }: Observed): readonly RelPath[] {
  return [...plan.withheld]
    .filter(([path, print]) => base?.withheld.get(path) !== print)
    .map(([path]) => path);
}
