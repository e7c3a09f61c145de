import { isClamshellError, resolveConfig, type ResolvedConfig } from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';

/** Only `/sandbox` and `/tmp` can be written in a sandbox of the embedded gateway. */
const LOCAL_DEFAULTS = { remoteAgentWorkspaceDir: '/sandbox/.agent' };

/** The plugin's own entry as settings. What is wrong with it is said as OpenClaw's own plugin says it. */
export function readConfig(written: unknown): ResolvedConfig {
  try {
    return resolveConfig(isLocal(written) ? { ...LOCAL_DEFAULTS, ...written } : (written ?? {}));
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    throw hostError(`Invalid openshell plugin config: ${error.message}`, error);
  }
}

function isLocal(written: unknown): written is object {
  return (
    typeof written === 'object' && written !== null && 'provider' in written && written.provider === 'local'
  );
}
