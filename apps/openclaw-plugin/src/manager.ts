import {
  isClamshellError,
  type Logger,
  parseExistingSandboxName,
  type SandboxLifecycle,
} from '@clamshell/core';

import type { OpenClawConfig, RuntimeEntry, SandboxBackendManager } from './openclaw-contract.ts';

/** The plugin's id, which OpenClaw 9.x wants to be the backend's id too. */
const PLUGIN_ID = 'openshell';

/** What a plugin configuration stands for. */
export interface Gateway {
  readonly lifecycle: SandboxLifecycle;
  /** What a runtime made with this configuration carries as its registry entry's `image`. */
  readonly configLabel: string;
}

export interface ManagerDeps {
  /** Called anew each time with the plugin's own entry, which may have changed since; may throw CONFIG_INVALID. */
  readonly openGateway: (pluginConfig: unknown) => Gateway;
  readonly logger: Logger;
}

/** Lists and removes the sandboxes of OpenClaw's registry. */
export function createManager({ openGateway, logger }: ManagerDeps): SandboxBackendManager {
  const gatewayOf = (config: OpenClawConfig) => openGateway(config.plugins?.entries?.[PLUGIN_ID]?.config);
  return {
    async describeRuntime({ entry, config }) {
      try {
        const { lifecycle, configLabel } = gatewayOf(config);
        const running = (await inspect(lifecycle, entry)).phase === 'ready';
        return { running, actualConfigLabel: entry.image, configLabelMatch: entry.image === configLabel };
      } catch (error) {
        logger.warn(`${entry.containerName} could not be inspected: ${describe(error)}`);
        return { running: false, actualConfigLabel: entry.image, configLabelMatch: false };
      }
    },
    async removeRuntime({ entry, config }) {
      const { lifecycle } = gatewayOf(config);
      const seen = await inspect(lifecycle, entry);
      // By id as well: between the look and the removal another sandbox may have taken the name.
      if (seen.phase !== 'absent') await lifecycle.remove(seen);
    },
  };
}

function inspect(lifecycle: SandboxLifecycle, entry: RuntimeEntry) {
  return lifecycle.inspect(parseExistingSandboxName(entry.containerName));
}

function describe(error: unknown): string {
  return isClamshellError(error) ? `${error.message} (${error.code})` : String(error);
}
