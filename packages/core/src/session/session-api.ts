import type { CallOptions, PhaseTiming } from '../ports/call-options.ts';
import type { ExecRequest, ExecSpec } from '../ports/exec-spec.ts';
import type { Mount } from '../ports/mount.ts';
import type { SandboxTransport } from '../ports/sandbox-transport.ts';
import type { ExitStatus, RemoteCommand, RemoteProcess } from '../ports/shell-runner.ts';
import type { MirrorPeer, SyncOptions, SyncPlan } from '../ports/workspace-mirror.ts';
import type { Word } from './events.ts';
import type { SyncDone } from './session-deps.ts';
import type { SessionState } from './state.ts';

/** All mounts of one sync: sums and lists, and each mount's own outcome in `mounts`. */
export interface SessionSync extends SyncDone {
  readonly mounts: readonly { readonly mount: Mount; readonly outcome: SyncDone }[];
}

export interface RunOptions extends CallOptions {
  /** Moves the command's standard streams; must read both outputs to their end. When it rejects, the command ends. */
  readonly attach: (process: RemoteProcess) => Promise<void>;
}

export interface RunOutcome {
  readonly exit: ExitStatus;
  readonly before: SessionSync;
  readonly after: SessionSync;
  readonly phases: readonly PhaseTiming[];
}

/** A command whose streams are the caller's to move. */
export interface SpawnedRun {
  readonly id: string;
  readonly process: RemoteProcess;
  /** Settles once the command has ended and what it left is home. Both outputs must be read for that. */
  readonly finished: Promise<RunOutcome>;
}

/** A command for the host to spawn, once, and then to call `finishRun`. */
export interface BegunRun {
  readonly id: string;
  readonly spec: ExecSpec;
  readonly before: SessionSync;
}

/** The live link for the time of one `use`. It is never to be disposed of or kept. */
export interface Lease {
  readonly transport: SandboxTransport;
  readonly peer: MirrorPeer;
}

export interface UseOptions extends CallOptions {
  /** The work may be done twice: after a lost link it is tried again over a new one. */
  readonly isIdempotent?: boolean | undefined;
}

export interface RemoveOptions extends CallOptions {
  /** A person's word that what the sandbox holds is given up; what is lost goes on record. */
  readonly discard: boolean;
}

export interface Removal {
  readonly wasThere: boolean;
  /** Archives of what could not be brought home. */
  readonly saved: readonly { readonly file: string; readonly bytes: number }[];
}

/**
 * One workspace and its sandbox. Calls may overlap; syncs among them are serialised and shared, commands are not. A
 * caller's abort or time limit ends its own wait, and shared work only once nobody else waits for it. An abort of a run
 * ends its command, then brings home what it left, then rejects. Nothing is run twice; a lost link is made anew, and a
 * sync is tried again over it. After an error every method is legal; after a halt only a person's word goes on, but
 * for `use('read')`. Disposal ends the connection, not the sandbox; runs left open are finished by the next session.
 */
export interface Session extends AsyncDisposable {
  readonly state: SessionState;
  /** The sandbox exists, is ready and is connected. */
  ensure(options?: CallOptions): Promise<readonly PhaseTiming[]>;
  /** The first mount that halts answers for all. */
  plan(options?: SyncOptions): Promise<SyncPlan>;
  /** In remote mode `both` seeds, then refreshes the pushed mounts only. Rejects with SYNC_HALTED where a mirror halts. */
  sync(options?: SyncOptions): Promise<SessionSync>;
  /** `sync → execute → sync`. Rejects with EXIT_UNKNOWN or CONNECTION_LOST when the command's end was not seen. */
  run(command: RemoteCommand, options: RunOptions): Promise<RunOutcome>;
  /** The same for a caller that moves the streams itself. The options hold until `finished` has settled. */
  spawn(command: RemoteCommand, options?: CallOptions): Promise<SpawnedRun>;
  /** The same for a host that spawns processes itself. Rejects with CAPABILITY_MISSING where the transport can't. */
  beginRun(request: ExecRequest, options?: CallOptions): Promise<BegunRun>;
  /**
   * To be called once, whatever became of the command, also when it was never spawned; ends what is left of it. A run
   * for which it is never called is finished by its lease. An id that is not open any more means one more sync.
   */
  finishRun(id: string, options?: CallOptions): Promise<SessionSync>;
  /**
   * The one door to the sandbox for everything that is not a run: ensured, seeded and connected while `work` runs.
   * `mutate` makes durable first that something may be owed; the next sync settles it.
   */
  use<Value>(
    kind: 'read' | 'mutate',
    work: (lease: Lease) => Promise<Value>,
    options?: UseOptions,
  ): Promise<Value>;
  /** A person's word after a halt, and the sync that follows from it. */
  resume(word: Exclude<Word, 'discard'>, options?: CallOptions): Promise<SessionSync>;
  /**
   * A person's word that what a lost or broken sandbox owes is given up; what is lost goes on record. Rejects, changing
   * nothing, while the sandbox can be reached.
   */
  discard(options?: CallOptions): Promise<void>;
  /** What the sandbox holds comes to the host: a merge in mirror mode, a pull against the seed's base in remote mode. */
  bringHome(options?: CallOptions): Promise<SessionSync>;
  /**
   * Brings the workspace home, or archives what can't be, then removes the sandbox. Rejects, removing nothing, where
   * neither works, or while a command still runs.
   */
  remove(options: RemoveOptions): Promise<Removal>;
}
