import { type FsBridge, isClamshellError, type ResolvedConfig } from '@clamshell/core';

import { createBridge } from '../bridge/create-bridge.ts';
import type { BackendHandle, ShellCommand, ShellResult } from '../openclaw/backend.ts';
import type { Scope } from '../scope/scope.ts';
import { buildExecSpec, type ExecDeps, finalizeExec } from './exec.ts';
import { runScript } from './shell-command.ts';
import { told } from './tell-failure.ts';

export interface HandleDeps extends ExecDeps {
  readonly id: string;
  readonly config: ResolvedConfig;
}

/** What one turn of an agent works through. Starts nothing until a command or a file tool needs it. */
export function createHandle(deps: HandleDeps): BackendHandle {
  const { id, config, configured, scope } = deps;
  const { files, mounts, name } = scope;
  const others = [...(mounts.agent === undefined ? [] : [mounts.agent]), ...mounts.resources];
  return {
    id,
    runtimeId: name,
    runtimeLabel: name,
    workdir: mounts.workspace.sandbox,
    env: configured,
    configLabel: config.from,
    configLabelKind: 'Source',
    mode: config.mode,
    remoteWorkspaceDir: config.remoteWorkspaceDir,
    remoteAgentWorkspaceDir: config.remoteAgentWorkspaceDir,
    workdirValidation: 'backend',
    workdirRoots: others.map(({ sandbox }) => sandbox),
    validateWorkdir: (workdir) => told(() => validateWorkdir(files, workdir)),
    buildExecSpec: (params) => told(() => buildExecSpec(deps, params)),
    finalizeExec: (end) => told(() => finalizeExec(deps, end)),
    runShellCommand: (command) => told(() => runInScope(scope, command)),
    createFsBridge: () => createBridge({ files, mounts, mode: config.mode }),
    syncLocalPathToRemote: (localPath) => told(() => pushPath(scope, localPath)),
  };
}

/** `null` where there is no such directory in any mount. */
async function validateWorkdir(files: FsBridge, workdir: string): Promise<string | null> {
  try {
    const place = files.resolve(workdir);
    return (await files.stat(place))?.kind === 'directory' ? place.sandboxPath : null;
  } catch (error) {
    if (isClamshellError(error) && error.code === 'PATH_ESCAPES') return null;
    throw error;
  }
}

/** A script may change anything. */
function runInScope(scope: Scope, command: ShellCommand): Promise<ShellResult> {
  const { signal } = command;
  return scope.use(({ session }) =>
    session.use('mutate', ({ transport }) => runScript(transport.shell, command), { signal }),
  );
}

async function pushPath(scope: Scope, localPath: string): Promise<void> {
  const { path } = scope.files.resolve(localPath);
  await scope.use(({ session }) =>
    session.sync({ direction: 'push', ...(path !== undefined && { paths: [path] }) }),
  );
}
