import type { FsBridge } from '@clamshell/core';
import type { SessionFsBridgeOptions } from '@clamshell/fs-remote';

import type { Notices } from './notices.ts';
import type { Held, Scope, ScopeRequest } from './scope.ts';

export interface ScopeDeps {
  readonly request: ScopeRequest;
  readonly hold: () => Promise<Held>;
  /** The files, through the door of a session that is opened when it is needed. */
  readonly bridgeThrough: (withSession: SessionFsBridgeOptions['withSession']) => FsBridge;
  readonly notices: Notices;
}

export function createScope({ request, hold, bridgeThrough, notices }: ScopeDeps): Scope {
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
    files: bridgeThrough((work) => use(({ session }) => work(session))),
    hold,
    use,
    report: (syncs) => notices.report(syncs),
    takeNotice: () => notices.take(),
  };
}
