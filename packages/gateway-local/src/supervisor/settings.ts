/** What a starter tells its supervisor, in a file whose path is the supervisor's one argument. */
export interface SupervisorSettings {
  /** Where commands start, and their HOME. */
  readonly home: string;
  /** A directory to leave word in. */
  readonly run: string;
  /** The create-time environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly main?: readonly string[];
}
