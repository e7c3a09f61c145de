/** What a starter tells its supervisor, in a file whose path is the supervisor's one argument. */
export interface SupervisorSettings {
  /** Where commands start, and their HOME. */
  readonly home: string;
  /** A directory to leave word in. */
  readonly run: string;
  /** The create-time environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly main?: readonly string[];
  /** Whether a main process that ended with 0 is told apart. */
  readonly tellsCompletion?: boolean;
  /** Whether there is a way out of the sandbox's network, a proxy that the starter sees to. */
  readonly hasEgress?: boolean;
  /** Outputs are sent in pieces of this size; as they come when left out. */
  readonly pieceBytes?: number;
  /** A connection on which nothing moves for this long is dropped (openshell §2.3). */
  readonly idleMs: number;
}
