import { deriveSandboxName, type ExistingSandboxName, legacySandboxNames } from '@clamshell/core';

/**
 * The name of a scope's sandbox: what is created today, unless OpenClaw's registry still holds one that an older version
 * made for the same scope and none of today's. Nothing but these names is ever taken from the registry.
 */
export function chooseName(scopeKey: string, registered: readonly string[] = []): ExistingSandboxName {
  const current = deriveSandboxName(scopeKey);
  if (registered.includes(current)) return current;
  const legacy: readonly string[] = legacySandboxNames(scopeKey);
  const adopted = registered.find((name) => legacy.includes(name));
  return adopted === undefined ? current : (adopted as ExistingSandboxName);
}
