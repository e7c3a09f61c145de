import path from 'node:path';

import type { HostPath, Logger, SessionSync } from '@clamshell/core';
import { writeFileAtomic } from '@clamshell/host';

import { reportOf, summarise } from '../backend/describe-outcome.ts';

export interface Notices {
  report(syncs: readonly SessionSync[]): Promise<void>;
  take(): string | undefined;
}

export interface NoticesDeps {
  readonly workspace: HostPath;
  readonly logger: Logger;
  readonly now: () => number;
}

/**
 * What a person must know of a run goes to the log, to `.clamshell/last-run.json` of the workspace, and, as one line on
 * standard error, to whoever runs the next command.
 */
export function createNotices({ workspace, logger, now }: NoticesDeps): Notices {
  let pending: string | undefined;
  return {
    async report(syncs) {
      const report = reportOf(syncs);
      const summary = summarise(report);
      if (summary === undefined) return;
      pending = summary;
      logger.warn(summary);
      const file = path.join(workspace, '.clamshell', 'last-run.json');
      const record = { at: new Date(now()).toISOString(), ...report };
      await writeFileAtomic(file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o644 });
    },
    take() {
      const taken = pending;
      pending = undefined;
      return taken;
    },
  };
}
