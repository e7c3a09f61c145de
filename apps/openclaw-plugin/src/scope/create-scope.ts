import type { FsBridge } from '@clamshell/core';

import type { Notices } from './notices.ts';
import type { Held, Scope, ScopeRequest } from './scope.ts';
import { createScopeFiles } from './scope-files.ts';

export interface ScopeDeps {
  readonly request: ScopeRequest;
  readonly hold: () => Promise<Held>;
  /** Names and places of the mounts; its other methods are never called. */
  readonly names: FsBridge;
  readonly notices: Notices;
}

export function createScope({ request, hold, names, notices }: ScopeDeps): Scope {
  const use: Scope['use'] = async (work) => {
    const held = await hold();
    try {
      return await work(held.scope);
    } finally {
      held.release();
    }
  };
  return {
    name: request.name,
    mounts: request.mounts,
    files: createScopeFiles({ use }, names),
    hold,
    use,
    report: (syncs) => notices.report(syncs),
    takeNotice: () => notices.take(),
  };
}
