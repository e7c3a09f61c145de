import { configJsonSchema } from '@clamshell/core';

/** One setting of core's configuration. */
export interface ConfigKey {
  /** Dotted, as in `mirror.conflicts`. */
  readonly key: string;
  readonly kind: 'text' | 'number' | 'flag' | 'list';
  /** `undefined` where nothing is the default. */
  readonly fallback: unknown;
}

/** Every setting, in the order of the schema. */
export function listConfigKeys(): ConfigKey[] {
  return keysBelow('', configJsonSchema() as SchemaNode);
}

/** `mirror.keepRuns` → `CLAMSHELL_MIRROR_KEEP_RUNS`. */
export function variableOf(key: string): string {
  const words = key.replace(/[A-Z]/g, (letter) => `_${letter}`).replaceAll('.', '_');
  return `CLAMSHELL_${words.toUpperCase()}`;
}

/** Settings that choose neither what is executed nor what is trusted; a new one is guarded until it stands here. */
const HARMLESS = new Set([
  'mode',
  'remoteWorkspaceDir',
  'remoteAgentWorkspaceDir',
  'timeoutSeconds',
  'mirror.exclude',
]);

export function isGuarded(key: string): boolean {
  return !HARMLESS.has(key);
}

interface SchemaNode {
  readonly type?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
}

const KINDS: Readonly<Record<string, ConfigKey['kind']>> = {
  string: 'text',
  number: 'number',
  integer: 'number',
  boolean: 'flag',
  array: 'list',
};

function keysBelow(prefix: string, { properties = {} }: SchemaNode): ConfigKey[] {
  return Object.entries(properties).flatMap(([name, node]) => {
    if (node.properties !== undefined) return keysBelow(`${prefix}${name}.`, node);
    return [{ key: `${prefix}${name}`, kind: KINDS[node.type ?? ''] ?? 'text', fallback: node.default }];
  });
}
