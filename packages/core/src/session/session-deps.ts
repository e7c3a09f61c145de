import type { SandboxName } from '../naming/sandbox-name.ts';
import type { Clock, Logger } from '../ports/clock-logger.ts';
import type { SandboxInfo, SandboxLifecycle } from '../ports/sandbox-lifecycle.ts';
import type { SandboxTransport, TransportConnector } from '../ports/sandbox-transport.ts';
import type { SessionStore } from '../ports/session-store.ts';
import type { SyncOutcome, WorkspaceMirror } from '../ports/workspace-mirror.ts';

export interface SessionDeps {
  readonly lifecycle: SandboxLifecycle;
  readonly connector: TransportConnector;
  readonly mirror: Pick<WorkspaceMirror, 'plan' | 'sync'>;
  readonly store: SessionStore;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Random and unique, for runs. */
  readonly newId: () => string;
  /** Whether the process that `owner` identifies still runs; the run of one that does not is over. */
  readonly isOwnerAlive: (owner: string) => boolean;
}

export interface SessionSpec {
  /** Key of the durable record: one workspace at one gateway. */
  readonly key: string;
  readonly name: SandboxName;
  readonly from?: string | undefined;
  readonly policy?: string | undefined;
  /** Value of the owner label: this installation. A sandbox that carries another is never used. */
  readonly installation: string;
  /** Identifies this process in the record of open runs. */
  readonly owner: string;
  /** How long a sandbox may take to become ready, in milliseconds. */
  readonly readyTimeoutMs: number;
}

/** What the effects hold for the session: the live connection, the sandbox it leads to, and the last sync's outcome. */
export interface SessionLink {
  transport: SandboxTransport | undefined;
  sandbox: SandboxInfo | undefined;
  lastSync: Extract<SyncOutcome, { status: 'done' }> | undefined;
}

export const OWNER_LABEL = 'clamshell.installation';
