import { type HaltReason, isClamshellError, type SyncOutcome, type SyncPlan } from '@clamshell/core';

import type { Base } from '../base/base.ts';
import { noteAgreed } from '../plan/narrow.ts';
import { takeIdentifier } from '../remote/identifier.ts';
import { isStoreFull } from '../undo/prune.ts';
import { carryOut, Ledger } from './carry-out.ts';
import { closeRun } from './close-run.ts';
import type { MountSync } from './mount.ts';
import { observe, type Observed } from './observe.ts';
import { toOutcome, toPlan } from './outcome.ts';
import { recover } from './recover.ts';
import { saveBase } from './save-base.ts';

export async function planMount(sync: MountSync): Promise<SyncPlan> {
  const observed = await observe(sync);
  return 'halt' in observed ? { status: 'halted', reason: observed.halt } : toPlan(observed);
}

export async function syncMount(sync: MountSync): Promise<SyncOutcome> {
  await recover(sync);
  const { phases, state, undoBudget } = sync;
  const halted = (reason: HaltReason): SyncOutcome => ({ status: 'halted', reason, phases: phases.timings });
  const observed = await observe(sync);
  if ('halt' in observed) return halted(observed.halt);
  if (observed.isQuiet) return toOutcome(observed, new Ledger(), phases.timings);
  const replaces = observed.plan.steps.some(({ to, over }) => to === 'host' && over !== undefined);
  if ((replaces || observed.plan.conflicts.length > 0) && (await isStoreFull(state.runs, undoBudget)))
    return halted('undo-store-full');
  const ledger = new Ledger();
  await applyAndSave(sync, observed, ledger);
  return toOutcome(observed, ledger, phases.timings);
}

async function applyAndSave(sync: MountSync, observed: Observed, ledger: Ledger): Promise<void> {
  const run = takeIdentifier(sync.newId);
  const newNonce = observed.nonce === undefined ? takeIdentifier(sync.newId) : undefined;
  try {
    await carryOut(sync, observed, { run, nonce: newNonce, ledger });
  } catch (error) {
    const { nonce } = observed;
    // What came home is agreed on even when the rest failed: else a later edit of it would pass for a conflict.
    if (nonce !== undefined && ledger.applied.size > 0) {
      await saveQuietly(sync, () => saveBase(sync, observed, { run, nonce, ledger, isWhole: false }));
    }
    throw error;
  }
  const nonce = observed.nonce ?? newNonce ?? '';
  const made = { run, nonce, ledger, isWhole: true };
  const saved = await sync.phases.measure('base', () => saveBase(sync, observed, made));
  remember(sync, observed, saved);
  await closeRun(sync, run, ledger);
}

/** What the next sync need not look at again. */
function remember({ memory }: MountSync, observed: Observed, saved: Base): void {
  const { base, now, looked, plan, before, isWhole, isPlain } = observed;
  memory.agreed = isWhole ? noteAgreed({ looked, plan, now, base: saved.tree, before }) : undefined;
  if (saved !== base || !isPlain || !isWhole || plan.steps.length + plan.problems.length > 0) return;
  memory.keepQuiet({ ...now, base, plan });
}

/** The failure that led here is the one to report. */
async function saveQuietly({ logger }: MountSync, save: () => Promise<unknown>): Promise<void> {
  try {
    await save();
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    logger.warn(`the base could not be saved: ${error.message}`);
  }
}
