/** What the gateway's commands know of the process they run in; made once, in the program's entry. */
export interface GatewayHost {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** Whether the caller is the machine's own root, not that of a user namespace around it. */
  readonly isRoot: boolean;
  /** Where the program was started: what a relative path of its arguments means. */
  readonly directory: string;
  /** This Node. */
  readonly execPath: string;
  /** The program itself, for the proxy command; the supervisor's bundle lies beside it. */
  readonly script: string;
  /** For a person, at once. */
  readonly warn: (text: string) => void;
}

const DEFAULT_TIMEOUT_SECONDS = 300;

/** How long a start or a stop may take, from the variable that openshell §1.1 names. */
export function timeoutMs(
  host: GatewayHost,
  variable: 'OPENSHELL_PROVISION_TIMEOUT' | 'OPENSHELL_LIFECYCLE_TIMEOUT',
): number {
  const seconds = Number(host.env[variable]);
  return (seconds > 0 ? Math.min(seconds, 86_400) : DEFAULT_TIMEOUT_SECONDS) * 1000;
}

/** A variable that makes the gateway as slow as a real one, for tests of its clients; 0 when it is not set. */
export function delayMs(text: string | undefined): number {
  const ms = Number(text ?? 0);
  return ms > 0 ? Math.min(ms, 86_400_000) : 0;
}
