import type { CommandInput } from './command-input.ts';
import type { Composition, OpenedWorkspace } from './compose.ts';
import type { SandboxChoice } from './config/sandbox-choice.ts';
import type { Settings } from './config/settings.ts';
import type { Workspace } from './config/workspace.ts';
import type { Environment } from './environment.ts';
import type { Interrupts } from './interrupt.ts';
import type { ProgressLine } from './output/progress.ts';
import type { Reporter } from './output/reporter.ts';
import type { CliStreams } from './output/streams.ts';

/** What a command is given. What costs time is made when it is first asked for. */
export interface CommandContext {
  readonly input: CommandInput;
  readonly environment: Environment;
  readonly streams: CliStreams;
  readonly reporter: Reporter;
  readonly progress: ProgressLine;
  readonly json: boolean;
  readonly interrupts: Interrupts;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** Throws WORKSPACE_INVALID. */
  workspace(): Promise<Workspace>;
  /** Throws CONFIG_INVALID and CONFIG_UNTRUSTED. */
  settings(): Promise<Settings>;
  /** Which sandbox the command line, profile and workspace lead to. Throws SANDBOX_NAME_INVALID. */
  choice(): Promise<SandboxChoice>;
  compose(): Promise<Composition>;
  /** The workspace’s session; who opens it disposes it. */
  open(): Promise<OpenedWorkspace>;
}
