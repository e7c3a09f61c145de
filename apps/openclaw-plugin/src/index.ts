import type { PluginApi } from './openclaw/backend.ts';
import { PLUGIN_ID, register } from './register.ts';

/** What OpenClaw loads. */
export default {
  id: PLUGIN_ID,
  name: 'OpenShell Sandbox',
  description: 'Runs an agent’s tools in OpenShell sandboxes, the workspace on both sides in step.',
  register: (api: PluginApi) => register(api),
};
