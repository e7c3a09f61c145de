import type { FsBridge } from '@clamshell/core';
import type { SessionFsBridgeOptions } from '@clamshell/fs-remote';

import type { Notices } from './notices.ts';
import type { Held, OpenScope, Scope, ScopeRequest } from './scope.ts';

export interface ScopeDeps {
  readonly request: ScopeRequest;
  readonly hold: () => Promise<Held>;
  /** The files, through the door of a session that is opened when it is needed. */
  readonly bridgeThrough: (withSession: SessionFsBridgeOptions['withSession']) => FsBridge;
  readonly notices: Notices;
  readonly explain: Scope['explain'];
  /** What a turn brings to the sandbox before anything else. */
  readonly prepareTurn: ((scope: OpenScope) => Promise<void>) | undefined;
}

export function createScope(deps: ScopeDeps): Scope {
  const { request, bridgeThrough, notices, explain, prepareTurn } = deps;
  let turn: Promise<void> | undefined = Promise.resolve();
  const hold: Scope['hold'] = async () => {
    const held = await deps.hold();
    turn ??= prepareTurn?.(held.scope);
    await turn;
    return held;
  };
  const use: Scope['use'] = async (work) => {
    const held = await hold();
    try {
      return await work(held.scope);
    } catch (error) {
      throw explain(error);
    } finally {
      held.release();
    }
  };
  return {
    name: request.name,
    mounts: request.mounts,
    files: bridgeThrough((work) => use(({ session }) => work(session))),
    beginTurn: () => void (turn = undefined),
    hold,
    use,
    explain,
    report: (syncs) => notices.report(syncs),
    takeNotice: () => notices.take(),
  };
}
