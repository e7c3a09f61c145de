import { isClamshellError, parseRemotePath, resolveConfig, type ResolvedConfig } from '@clamshell/core';

import { hostError } from '../openclaw/host-error.ts';

/** The default, which OpenClaw may have filled in, can't be made in a sandbox of the embedded gateway. */
const UNREACHABLE_LOCALLY = '/agent';
const LOCAL_AGENT_DIR = parseRemotePath('/sandbox/.agent');

/** The plugin's own entry as settings. What is wrong with it is said as OpenClaw's own plugin says it. */
export function readConfig(written: unknown): ResolvedConfig {
  try {
    return placeAgent(resolveConfig(written ?? {}));
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    throw hostError(`Invalid openshell plugin config: ${error.message}`, error);
  }
}

function placeAgent(config: ResolvedConfig): ResolvedConfig {
  const isPlaced = config.provider !== 'local' || config.remoteAgentWorkspaceDir !== UNREACHABLE_LOCALLY;
  return isPlaced ? config : { ...config, remoteAgentWorkspaceDir: LOCAL_AGENT_DIR };
}
