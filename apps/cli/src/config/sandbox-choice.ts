import { type HostPath, parseSandboxName, type SandboxName } from '@clamshell/core';

/** Which sandbox a workspace belongs to. */
export interface SandboxChoice {
  readonly root: HostPath;
  /** Named by hand; otherwise the recorded one, otherwise derived from the scope. */
  readonly sandbox: SandboxName | undefined;
  readonly scope: string;
}

interface ChoiceInput {
  readonly root: HostPath;
  readonly profile: string;
  readonly scope: string | undefined;
  readonly sandbox: string | undefined;
}

/** A profile has a sandbox of its own, and so has each workspace. Throws SANDBOX_NAME_INVALID. */
export function chooseSandbox({ root, profile, scope, sandbox }: ChoiceInput): SandboxChoice {
  return {
    root,
    scope: scope ?? `cli:${profile}:${root}`,
    sandbox: sandbox === undefined ? undefined : parseSandboxName(sandbox),
  };
}
