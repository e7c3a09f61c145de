import { registerSandboxBackend } from 'openclaw/plugin-sdk/sandbox';

import { compose } from './compose.ts';
import type { PluginApi } from './openclaw/backend.ts';
import { processState } from './process-state.ts';

/** The plugin's id, which newer versions want to be the backend's id too. */
export const PLUGIN_ID = 'openshell';

const GATEWAY_IDLE_MS = 600_000;

/**
 * Announces the backend; starts nothing and reads nothing. OpenClaw calls it several times in one process, from module
 * instances that may differ: the last one's registration holds, and the earlier one's is taken back.
 */
export function register(api: PluginApi): void {
  if (api.registrationMode !== 'full') return;
  const state = processState();
  state.unregister?.();
  const unregister = registerSandboxBackend(PLUGIN_ID, compose(api, PLUGIN_ID));
  state.unregister = unregister;
  // A long-lived process keeps its connections warm.
  api.on?.('gateway_start', () => void (state.idleMs = GATEWAY_IDLE_MS));
  api.lifecycle?.registerRuntimeLifecycle({
    id: PLUGIN_ID,
    async cleanup({ reason, sessionKey, runId }) {
      const isPlugin = sessionKey === undefined && runId === undefined;
      if (!isPlugin || (reason !== 'disable' && reason !== 'restart')) return;
      unregister();
      await state.closeScopes();
    },
  });
}
