/** What differs between versions of the gateway's tool, and is known before a command is made. */
export interface Dialect {
  /** The version, or what was said instead of one. */
  readonly version: string;
  /** Whether every command takes `--workspace`. */
  readonly hasWorkspaces: boolean;
  /** Whether `get` has a form for machines; without it one sandbox is looked up in the list. */
  readonly hasJsonGet: boolean;
  /** Whether a sandbox can be stopped and started. */
  readonly canStop: boolean;
  /** The words after `create`'s options that leave a sandbox running without anybody attached to it. */
  readonly mainProcess: readonly string[];
  /** Whether the version is known: read, and not newer than what was looked at. */
  readonly isKnown: boolean;
}

type Version = readonly [major: number, minor: number, patch: number];

/** The only place that knows versions. Each was tried on the released tool itself, but for the last. */
const SINCE = {
  workspaces: [0, 0, 88],
  jsonGet: [0, 0, 92],
  stop: [0, 0, 105],
  detach: [0, 0, 111],
  /** The first that nobody has looked at. */
  unknown: [0, 2, 0],
} as const satisfies Record<string, Version>;

/** Until 0.0.110 the command ran once, over SSH; since 0.0.111 its end is the sandbox's end (openshell §1.7). */
const RUN_ONCE = ['--', 'true'];
const DETACHED = ['--detach', '--', 'sleep', 'infinity'];

/** The dialect of what `--version` printed; the newest for a version that is unknown or can't be read. */
export function dialectOf(said: string): Dialect {
  const [, name, major, minor, patch] = /^(\S+) (\d{1,6})\.(\d{1,6})\.(\d{1,6})/.exec(said) ?? [];
  const version: Version | undefined =
    name === undefined ? undefined : [Number(major), Number(minor), Number(patch)];
  const has = (since: Version) => version === undefined || compare(version, since) >= 0;
  return {
    version: version?.join('.') ?? said.trim().slice(0, 80),
    hasWorkspaces: has(SINCE.workspaces),
    hasJsonGet: has(SINCE.jsonGet),
    canStop: has(SINCE.stop),
    mainProcess: has(SINCE.detach) ? DETACHED : RUN_ONCE,
    isKnown: version !== undefined && compare(version, SINCE.unknown) < 0,
  };
}

function compare(left: Version, right: Version): number {
  return left[0] - right[0] || left[1] - right[1] || left[2] - right[2];
}
