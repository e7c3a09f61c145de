import type { SandboxId } from '../naming/sandbox-name.ts';
import type { RelPath } from '../paths/paths.ts';
import type { Clock, Logger } from '../ports/clock-logger.ts';
import type { Mount } from '../ports/mount.ts';
import type { SandboxInfo, SandboxLifecycle, SandboxSpec } from '../ports/sandbox-lifecycle.ts';
import type { SandboxTransport, TransportConnector } from '../ports/sandbox-transport.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { SyncOutcome, WorkspaceMirror } from '../ports/workspace-mirror.ts';
import type { SessionEvent } from './events.ts';
import type { SessionMode, SessionState } from './state.ts';

/** What a session needs of a mirror. Without `save`, a sandbox that can't be brought home is not removed. */
export type SessionMirror = Pick<WorkspaceMirror, 'plan' | 'sync'> & Partial<Pick<WorkspaceMirror, 'save'>>;

export interface SessionMount {
  readonly mount: Mount;
  readonly mirror: SessionMirror;
}

export interface SessionDeps {
  readonly lifecycle: SandboxLifecycle;
  readonly connector: TransportConnector;
  /** One or more, in the order in which they are synced; a sync's `paths` are of the first. */
  readonly mounts: readonly SessionMount[];
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Random and unique, for runs. */
  readonly newId: () => string;
  /** Whether the process that `owner` identifies still runs; the run of one that does not is over. */
  readonly isOwnerAlive: (owner: string) => boolean;
  /** Called after each step of the machine, before its effect; synchronous, and must not throw. */
  readonly onStep?: ((state: SessionState, event: SessionEvent) => void) | undefined;
}

/** Beside what a new sandbox is made of. */
export interface SessionSpec extends Omit<SandboxSpec, 'labels'> {
  /** Key of the durable record: one workspace at one gateway. */
  readonly key: string;
  readonly mode: SessionMode;
  /** Value of the owner label: this installation. A sandbox that carries another is never used. */
  readonly installation: string;
  /** Identifies this process in the record of open runs. */
  readonly owner: string;
  /** How long a sandbox may take to become ready, in milliseconds. */
  readonly readyTimeoutMs: number;
  /** How long a run that the host spawns itself stays open without a word from it; a day when left out. */
  readonly leaseMs?: number | undefined;
}

/** What the effects hold for the session beside its state. */
export interface SessionLink {
  transport: SandboxTransport | undefined;
  sandbox: SandboxInfo | undefined;
  /** Paths of the first mount, for a sync of only those. */
  paths: readonly RelPath[] | undefined;
  /** By mount: outcomes of the sync under way. */
  readonly synced: Map<number, SyncDone>;
  /** By run: when its lease runs out. */
  readonly leases: Map<string, number>;
  /** This session claimed the removal of the sandbox. */
  isClaimed: boolean;
  /** The sandbox that the last removal found. */
  removed: SandboxId | undefined;
}

export type SyncDone = Extract<SyncOutcome, { status: 'done' }>;

export const OWNER_LABEL = 'clamshell.installation';
