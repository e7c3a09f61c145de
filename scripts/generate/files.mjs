import { configJsonSchema, configUiHints } from '../../packages/core/src/config/config-schema.ts';
import { ERROR_CODES } from '../../packages/core/src/errors/codes.ts';

/** The text of each generated file, before it is formatted. @type {Readonly<Record<string, () => string>>} */
export const GENERATED = {
  'packages/core/schema/clamshell.schema.json': () => JSON.stringify(configJsonSchema()),
  'apps/openclaw-plugin/openclaw.plugin.json': () => JSON.stringify(pluginManifest()),
  'docs/errors.md': errorTable,
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

function errorTable() {
  const rows = Object.entries(ERROR_CODES)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(
      ([code, { retry, hint }]) => `| \`${code}\` | ${RETRY_WORDS[retry]} | ${hint.replaceAll('|', '\\|')} |`,
    );
  return `# Errors

Every error of Clamshell carries one of these codes, a message that names what it is about, and what to do. A command
that exits with another status than 0 is no error. The list is closed; this page is made from it.

| code | the same call again | what to do |
| --- | --- | --- |
${rows.join('\n')}
`;
}

/** @type {Readonly<Record<import('../../packages/core/src/errors/codes.ts').RetryPolicy, string>>} */
const RETRY_WORDS = {
  never: 'will fail again',
  'same-call': 'may succeed',
  'after-reconnect': 'may succeed over a new connection',
};
