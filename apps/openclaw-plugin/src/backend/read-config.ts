import { isClamshellError, resolveConfig, type ResolvedConfig } from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';

/** The plugin's own entry as settings. What is wrong with it is said as OpenClaw's own plugin says it. */
export function readConfig(written: unknown): ResolvedConfig {
  try {
    return resolveConfig(written ?? {});
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    throw hostError(`Invalid openshell plugin config: ${error.message}`, error);
  }
}
