import { readJournal, removeJournal, replayJournal } from '../apply/journal.ts';
import { clearStaging } from '../apply/staging.ts';
import { readBase } from '../base/base-file.ts';
import type { HostMount } from './mount.ts';

/** Finishes what a run whose process was killed left behind. */
export async function recover({ host, state, logger }: HostMount): Promise<void> {
  const journal = await readJournal(state.journal);
  if (journal !== undefined) {
    const base = await readBase(state.base);
    // A base of the same run was written after the commit it speaks of was complete.
    if (base?.run !== journal.run) {
      logger.info(`restoring what an interrupted sync set aside (${journal.moves.length} paths at most)`);
      replayJournal(host, journal);
    }
    await removeJournal(state.journal);
  }
  clearStaging(host);
}
