import { configJsonSchema, configUiHints } from '../../packages/core/src/config/config-schema.ts';

/** The text of each generated file, before it is formatted. @type {Readonly<Record<string, () => string>>} */
export const GENERATED = {
  'packages/core/schema/clamshell.schema.json': () => JSON.stringify(configJsonSchema()),
  'apps/openclaw-plugin/openclaw.plugin.json': () => JSON.stringify(pluginManifest()),
};

/** OpenClaw holds a user's settings to `configSchema` before any code of the plugin runs. */
function pluginManifest() {
  const { $schema: _dialect, ...configSchema } = configJsonSchema();
  return {
    id: 'openshell',
    activation: { onStartup: true },
    name: 'OpenShell Sandbox',
    description: 'Runs commands in OpenShell sandboxes, with the workspace on both sides in step.',
    configSchema,
    uiHints: configUiHints(),
  };
}
