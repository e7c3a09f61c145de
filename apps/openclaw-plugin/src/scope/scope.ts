import type { ExistingSandboxName, FsBridge, Session, SessionSync } from '@clamshell/core';

import type { Mounts } from '../bridge/places.ts';

/** What OpenClaw says of a scope. */
export interface ScopeRequest {
  readonly scopeKey: string;
  readonly name: ExistingSandboxName;
  readonly mounts: Mounts;
}

/** One scope's session, open. */
export interface OpenScope extends AsyncDisposable {
  readonly session: Session;
}

/** A hold on an open scope: it stays open until it is released. */
export interface Held {
  readonly scope: OpenScope;
  release(): void;
}

/**
 * One scope's sandbox, for as long as the process lives. Opened when it is needed, and closed when it was idle for a
 * while, so that a process whose turn is over can end. Making one starts nothing.
 */
export interface Scope {
  readonly name: ExistingSandboxName;
  readonly mounts: Mounts;
  readonly files: FsBridge;
  /** A turn of the agent begins: with its first hold, what OpenClaw put aside for it reaches the sandbox. */
  beginTurn(): void;
  hold(): Promise<Held>;
  use<Value>(work: (scope: OpenScope) => Promise<Value>): Promise<Value>;
  /** The error, with the commands that it names leading to this scope. */
  explain(error: unknown): unknown;
  /** Tells people what syncs did besides moving files. */
  report(syncs: readonly SessionSync[]): Promise<void>;
  /** What people should hear with the next command; taking it clears it. */
  takeNotice(): string | undefined;
}
