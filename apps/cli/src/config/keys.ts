/** How a configuration key may be written outside the file, and whether a file may set it without being trusted. */
interface ConfigKey {
  readonly kind: 'text' | 'number' | 'object';
  /** Chooses neither what is executed nor what is trusted. */
  readonly isHarmless: boolean;
}

const GUARDED_TEXT: ConfigKey = { kind: 'text', isHarmless: false };
const GUARDED_OBJECT: ConfigKey = { kind: 'object', isHarmless: false };

/** Every key of core's configuration; a test holds the two together. */
export const CONFIG_KEYS: Readonly<Record<string, ConfigKey>> = {
  provider: GUARDED_TEXT,
  mode: { kind: 'text', isHarmless: true },
  command: GUARDED_TEXT,
  gateway: GUARDED_TEXT,
  gatewayEndpoint: GUARDED_TEXT,
  workspace: GUARDED_TEXT,
  from: GUARDED_TEXT,
  policy: GUARDED_TEXT,
  providers: GUARDED_OBJECT,
  gpu: GUARDED_OBJECT,
  autoProviders: GUARDED_OBJECT,
  remoteWorkspaceDir: { kind: 'text', isHarmless: true },
  remoteAgentWorkspaceDir: { kind: 'text', isHarmless: true },
  timeoutSeconds: { kind: 'number', isHarmless: true },
  mirror: GUARDED_OBJECT,
  ssh: GUARDED_OBJECT,
  exec: GUARDED_OBJECT,
};

/** `timeoutSeconds` → `CLAMSHELL_TIMEOUT_SECONDS`. */
export function variableOf(key: string): string {
  return `CLAMSHELL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

export function isGuarded(key: string): boolean {
  return CONFIG_KEYS[key]?.isHarmless !== true;
}
