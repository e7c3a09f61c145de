import { invariant, parseRemotePath, type ResolvedConfig, type SessionSync } from '@clamshell/core';

import type { ExecEnd, ExecParams, ExecSpec } from '../openclaw/backend.ts';
import type { Held, Scope } from '../scope/scope.ts';
import { commandEnvironment, prefixCommand } from './command-environment.ts';

export interface ExecDeps {
  readonly scope: Scope;
  readonly config: Pick<ResolvedConfig, 'exec'>;
  /** `docker.env`. */
  readonly configured: Readonly<Record<string, string>>;
  /** The PATH of OpenClaw's own process. */
  readonly hostPath: string;
}

interface OpenExec {
  readonly run: string;
  readonly held: Held;
  readonly before: SessionSync;
}

/** Brings both halves in step, then hands out the command, for OpenClaw to spawn. */
export async function buildExecSpec(deps: ExecDeps, params: ExecParams): Promise<ExecSpec> {
  const { scope, config, configured, hostPath } = deps;
  const { env, pathFirst } = commandEnvironment(params.env, { hostPath, configured, policy: config.exec });
  const held = await scope.hold();
  try {
    const { id, spec, before } = await held.scope.session.beginRun({
      command: prefixCommand(params.command, { pathFirst, notice: scope.takeNotice() }),
      cwd: directoryOf(scope, params.workdir),
      env,
      pty: params.usePty,
    });
    const token: OpenExec = { run: id, held, before };
    return { argv: spec.argv, env: spec.env, stdinMode: 'pipe-open', finalizeToken: token };
  } catch (error) {
    held.release();
    throw scope.explain(error);
  }
}

/** The other half of the run: ends what is left of the command, and resolves once what it left is home. */
export async function finalizeExec({ scope }: ExecDeps, { token }: ExecEnd): Promise<void> {
  invariant(token !== undefined, 'a command that ends was begun');
  const { run, held, before } = token as OpenExec;
  try {
    const after = await held.scope.session.finishRun(run);
    await scope.report([before, after]);
  } catch (error) {
    throw scope.explain(error);
  } finally {
    held.release();
  }
}

function directoryOf({ mounts }: Scope, workdir: string | undefined) {
  return workdir === undefined
    ? mounts.workspace.sandbox
    : parseRemotePath(workdir.replace(/(?<=.)\/+$/, ''));
}
