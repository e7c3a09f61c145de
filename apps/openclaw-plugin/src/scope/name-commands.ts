import { ClamshellError, isClamshellError, quoteWord, type ResolvedConfig } from '@clamshell/core';

import { excludeInner } from './prepare-roots.ts';
import type { ScopeRequest } from './scope.ts';

/**
 * An error whose hint names commands of `clamshell`, with all that leads them to this scope: a person copies them as they
 * stand.
 */
export function createCommandNamer(
  request: ScopeRequest,
  config: ResolvedConfig,
): (error: unknown) => unknown {
  const variables = variablesFor(request, config).map((each) => `${each} `);
  const options = optionsFor(request, config).map(quoteWord).join(' ');
  return (error) => {
    if (!isClamshellError(error) || !COMMAND.test(error.hint)) return error;
    const hint = error.hint.replaceAll(COMMANDS, `"${variables.join('')}clamshell $1 ${options}"`);
    const { code, message, context, cause } = error;
    return new ClamshellError(code, message, { hint, context, cause });
  };
}

const COMMAND = /"clamshell [^"]+"/;
const COMMANDS = /"clamshell ([^"]+)"/g;

/** The workspace may hold a clamshell.json, which says nothing about OpenClaw's sandboxes. */
function optionsFor({ scopeKey, mounts }: ScopeRequest, { provider, gateway }: ResolvedConfig) {
  return [
    ...['--no-config', '--provider', provider],
    ...(gateway === undefined ? [] : ['--gateway', gateway]),
    ...['--scope', `openclaw:${scopeKey}`, '--dir', mounts.workspace.host],
  ];
}

/** Settings for which there is no option, where they are not the default. */
function variablesFor({ mounts }: ScopeRequest, config: ResolvedConfig): readonly string[] {
  const { workspace, agent, resources } = mounts;
  const others = agent === undefined ? resources : [...resources, agent];
  const exclude = [...config.mirror.exclude, ...excludeInner(workspace, others)];
  const settings: readonly (readonly [string, string | undefined])[] = [
    ['COMMAND', config.command === 'openshell' ? undefined : config.command],
    ['GATEWAY_ENDPOINT', config.gatewayEndpoint],
    ['WORKSPACE', config.workspace],
    ['MODE', config.mode === 'mirror' ? undefined : config.mode],
    ['REMOTE_WORKSPACE_DIR', workspace.sandbox === '/sandbox' ? undefined : workspace.sandbox],
    ['MIRROR_EXCLUDE', exclude.length === 0 ? undefined : exclude.join(',')],
  ];
  return settings.flatMap(([name, value]) =>
    value === undefined ? [] : [`CLAMSHELL_${name}=${quoteWord(value)}`],
  );
}
