import { createHash } from 'node:crypto';

import { ConfigError } from '../errors/clamshell-error.ts';
import type { Brand } from '../paths/brands.ts';

/** A name OpenShell accepts for a new sandbox: 1 to 19 characters of `[a-z0-9-]`, hyphens single and inside. */
export type SandboxName = Brand<string, 'SandboxName'>;

/** A name to find a sandbox by: one of today's, or one that older rules let in and no sandbox is ever created with. */
export type ExistingSandboxName = Brand<string, 'SandboxName' | 'ExistingSandboxName'>;

/** The gateway's own identifier of one sandbox; a new sandbox of the same name has another. */
export type SandboxId = Brand<string, 'SandboxId'>;

export const MAX_SANDBOX_NAME_LENGTH = 19;

/** Throws SANDBOX_NAME_INVALID, saying which rule broke. */
export function parseSandboxName(text: string): SandboxName {
  const broken = NAME_RULES.find(([holds]) => !holds(text));
  if (broken === undefined) return text as SandboxName;
  throw new ConfigError('SANDBOX_NAME_INVALID', `Sandbox name "${text}" ${broken[1]}`);
}

const NAME_RULES: readonly (readonly [(text: string) => boolean, string])[] = [
  [(text) => text.length > 0, 'is empty'],
  [(text) => text.length <= MAX_SANDBOX_NAME_LENGTH, `is longer than ${MAX_SANDBOX_NAME_LENGTH} characters`],
  [
    (text) => /^[a-z0-9-]*$/.test(text),
    'contains something other than lower-case letters, digits and hyphens',
  ],
  [(text) => !/^-|-$/.test(text), 'starts or ends with a hyphen'],
  [(text) => !text.includes('--'), 'contains two hyphens in a row'],
];

/** A name that a registry or a gateway gave. Throws SANDBOX_NAME_INVALID where no rule ever let it in. */
export function parseExistingSandboxName(text: string): ExistingSandboxName {
  if (/^[a-z0-9][a-z0-9._-]{0,252}$/.test(text)) return text as ExistingSandboxName;
  throw new ConfigError('SANDBOX_NAME_INVALID', `"${text}" never was the name of a sandbox`, {
    hint: 'List what exists with: clamshell ls',
  });
}

/**
 * The one name ever created for a scope key, as current OpenClaw derives it, so that its sandboxes are found again:
 * `oc-` and 16 hex digits of the key's sha256; for keys that end in `:workspace:<32 hex>` 80 bits in base 36.
 */
export function deriveSandboxName(scopeKey: string): SandboxName {
  const key = scopeKey.trim() || 'session';
  const digest = createHash('sha256').update(key).digest('hex');
  const isWorkspaceKey = /:workspace:[0-9a-f]{32}$/i.test(key);
  const suffix = isWorkspaceKey
    ? BigInt(`0x${digest.slice(0, 20)}`)
        .toString(36)
        .padStart(16, '0')
    : digest.slice(0, 16);
  return parseSandboxName(`oc-${suffix}`);
}
