import { ConfigError, MAX_SANDBOX_NAME_LENGTH, type SandboxName } from '@clamshell/core';

/** Before 0.0.86; sandboxes from then are still there. */
export const MAX_OLD_NAME_LENGTH = 63;

/** The name, or SANDBOX_NAME_INVALID in the gateway's own words (openshell §1.5, §1.6). */
export function validateName(text: string, maxLength = MAX_SANDBOX_NAME_LENGTH): SandboxName {
  const broken = brokenRule(text, maxLength);
  if (broken !== undefined) throw new ConfigError('SANDBOX_NAME_INVALID', broken);
  return text as SandboxName;
}

export function isValidName(text: string): text is SandboxName {
  return brokenRule(text, MAX_OLD_NAME_LENGTH) === undefined;
}

function brokenRule(text: string, maxLength: number): string | undefined {
  if (text.length === 0) return 'name is required';
  if (text.length > maxLength) return `name exceeds maximum length (${text.length} > ${maxLength})`;
  if (!/^[a-z0-9-]*$/.test(text))
    return 'name must contain only lowercase alphanumeric characters or hyphens';
  if (/^-|-$/.test(text)) return 'name must not start or end with a hyphen';
  return text.includes('--') ? 'name must not contain consecutive hyphens' : undefined;
}
