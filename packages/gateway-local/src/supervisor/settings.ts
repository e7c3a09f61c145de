/** What a starter tells its supervisor, in a file beside the supervisor's own. */
export interface SupervisorSettings {
  /** Where commands start, and their HOME. */
  readonly home: string;
  /** A directory to leave word in. */
  readonly run: string;
  /** The create-time environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly main?: readonly string[];
}
