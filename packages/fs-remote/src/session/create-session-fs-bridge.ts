import {
  type BridgePath,
  type CallOptions,
  type Clock,
  createShellRequestChannel,
  type FsBridge,
  type Lease,
  type ProtectGroup,
  type SandboxTransport,
  type Session,
} from '@clamshell/core';

import { createMirroredFsBridge } from '../mirrored/create-mirrored-fs-bridge.ts';
import type { MirroredMount } from '../mirrored/mirrored-mount.ts';
import { MountTable } from '../mounts/mount-table.ts';
import { createRemoteFsBridge } from '../remote/create-remote-fs-bridge.ts';
import { SessionFsBridge } from './session-fs-bridge.ts';

/** What a bridge uses of a session. */
export type BridgedSession = Pick<Session, 'use' | 'state'>;

export interface SessionFsBridgeOptions {
  readonly mode: 'mirror' | 'remote';
  readonly mounts: readonly MirroredMount[];
  /** Has the session open while `work` runs: `(work) => work(session)` where it is open anyway. */
  readonly withSession: <Value>(work: (session: BridgedSession) => Promise<Value>) => Promise<Value>;
  /** Parts of mounts that are closed to writes; nor may a directory above one be removed or renamed. */
  readonly closed?: readonly BridgePath[] | undefined;
  /** Groups of the protected-path table that hold in mirror mode; all of them when left out. */
  readonly protectGroups?: readonly ProtectGroup[] | undefined;
  readonly clock: Clock;
}

/**
 * The bridge of the session's mode, every call through the session's door: what it needs of the sandbox is there while
 * it works, over whichever link is live. Queries are tried again over a new one, mutations never.
 */
export function createSessionFsBridge(options: SessionFsBridgeOptions): FsBridge {
  const { mounts, mode, closed, clock, withSession } = options;
  const table = new MountTable({
    mounts: mounts.map(({ mount }) => mount),
    closed,
    onHost: mode === 'mirror',
  });
  // One bridge a link: its programs stay, and its mutations keep their order.
  const bridges = new WeakMap<SandboxTransport, FsBridge>();
  const bridgeOf = (session: BridgedSession, lease: Lease) => {
    const bridge = bridges.get(lease.transport) ?? bridgeOver(options, session, lease);
    bridges.set(lease.transport, bridge);
    return bridge;
  };
  const enter = <Value>(
    kind: 'read' | 'mutate',
    work: (files: FsBridge) => Promise<Value>,
    call: CallOptions & { readonly isIdempotent: boolean },
  ) => withSession((session) => session.use(kind, (lease) => work(bridgeOf(session, lease)), call));
  return new SessionFsBridge({ table, enter, clock });
}

function bridgeOver(
  { mode, mounts, ...shared }: SessionFsBridgeOptions,
  session: BridgedSession,
  { transport, peer }: Lease,
): FsBridge {
  if (mode === 'mirror') {
    const isRunOpen = () => session.state.runs.size > 0;
    return createMirroredFsBridge({ ...shared, mounts, peer, isRunOpen });
  }
  const { shell, requests = createShellRequestChannel(shell) } = transport;
  return createRemoteFsBridge({ ...shared, mounts: mounts.map(({ mount }) => mount), shell, requests });
}
