export { ERROR_CODES, type ErrorCode, type RetryPolicy } from './errors/codes.ts';
export {
  ClamshellError,
  CommandError,
  ConfigError,
  type ErrorDetails,
  FsError,
  isClamshellError,
  LifecycleError,
  SyncError,
  TransportError,
} from './errors/clamshell-error.ts';
export { assertNever, invariant } from './errors/invariant.ts';
export { escapeControls, redact } from './errors/redact.ts';
export type { Brand } from './paths/brands.ts';
export {
  asRelPath,
  baseNameOf,
  displayPath,
  type HostPath,
  parentOf,
  parseHostPath,
  parseRelPath,
  parseRemotePath,
  relPathFromText,
  type RelPath,
  type RemotePath,
} from './paths/paths.ts';
export { legacySandboxNames } from './naming/legacy-name.ts';
export {
  deriveSandboxName,
  type ExistingSandboxName,
  MAX_SANDBOX_NAME_LENGTH,
  parseExistingSandboxName,
  parseSandboxName,
  type SandboxId,
  type SandboxName,
} from './naming/sandbox-name.ts';
export { type Lasting, withDeadline, withDeadlineUntilEnd } from './deadline/deadline.ts';
export { commandLine, commandText, RUN_VARIABLE } from './command/command-line.ts';
export { gatewayEnvironment } from './command/environment.ts';
export { FIND_TAGGED } from './command/find-tagged.ts';
export { feedBytes } from './command/feed-bytes.ts';
export { type Argv, quoteCommand, quoteWord } from './command/quote.ts';
export { runBuffered, type SpawnedCommand } from './command/run-buffered.ts';
export { createShellRequestChannel } from './command/shell-request-channel.ts';
export { configJsonSchema } from './config/config-schema.ts';
export {
  type ExecConfig,
  type MirrorConfig,
  type Provider,
  resolveConfig,
  type ResolvedConfig,
  type SshConfig,
  type SshDestination,
} from './config/resolve-config.ts';
export type {
  WrittenConfig,
  WrittenExecConfig,
  WrittenMirrorConfig,
  WrittenSshConfig,
} from './config/written-config.ts';
export {
  isGitLinkName,
  PROTECT_GROUPS,
  type ProtectGroup,
  withholdReason,
} from './protect/protected-paths.ts';
export { type MountSpec, resolveMounts } from './mounts/resolve-mounts.ts';
export type { CallOptions, PhaseTiming, Progress } from './ports/call-options.ts';
export { type Clock, type Logger, silentLogger } from './ports/clock-logger.ts';
export type { ExecRequest, ExecSpec, ExecSpecSource } from './ports/exec-spec.ts';
export type { FileTransfer, TransferOutcome } from './ports/file-transfer.ts';
export type {
  BridgePath,
  Checksum,
  DirectoryEntry,
  FileEntry,
  FsBatchItem,
  FsBatchMutation,
  FsBatchQuery,
  FsBatchResult,
  FsBridge,
  FsContainment,
  FromTo,
  MutateOptions,
  ReadOptions,
  ReadResult,
  RemoveFileOptions,
  ResolvedPath,
  SearchMatch,
  SearchOptions,
  WriteOptions,
} from './ports/fs-bridge.ts';
export type { Mount } from './ports/mount.ts';
export type { Forwarding, PortForwarder } from './ports/port-forwarder.ts';
export type { BackgroundCommand, BackgroundRequest, ProcessTable } from './ports/process-table.ts';
export type { RequestChannel, ShellReply, ShellRequest } from './ports/request-channel.ts';
export type {
  Observation,
  SandboxInfo,
  SandboxLifecycle,
  SandboxPhase,
  SandboxSpec,
} from './ports/sandbox-lifecycle.ts';
export type { SandboxTransport, TransportConnector } from './ports/sandbox-transport.ts';
export type { Discarded, OpenRun, SessionRecord, SessionStore } from './ports/session-store.ts';
export type {
  BufferedCommand,
  BufferedResult,
  ByteSink,
  ExitStatus,
  RemoteCommand,
  RemoteProcess,
  ShellRunner,
  Signal,
} from './ports/shell-runner.ts';
export type {
  HostEndpoint,
  KnownHosts,
  PinnedKeys,
  SshEndpoint,
  SshEndpointSource,
  TunnelEndpoint,
} from './ports/ssh-endpoint.ts';
export { type Attributes, silentTracer, type Span, type Tracer } from './ports/tracer.ts';
export type {
  CommitOutcome,
  Conflict,
  HaltReason,
  MirrorPeer,
  Movement,
  OpenConflict,
  PathCommit,
  PlannedAction,
  PlannedChange,
  Problem,
  Side,
  SyncDirection,
  SyncOptions,
  SyncOutcome,
  SyncPlan,
  UndoRun,
  WorkspaceMirror,
} from './ports/workspace-mirror.ts';
export { initialState } from './session/state.ts';
export type {
  Grant,
  LossHalt,
  Position,
  RecordChange,
  RunStage,
  SessionHalt,
  SessionMode,
  SessionState,
  Survey,
  SyncOrder,
  SyncStep,
} from './session/state.ts';
export type { SessionEffect, SessionEvent, Transition, Word } from './session/events.ts';
export { transition } from './session/transition/transition.ts';
export { openSession } from './session/session.ts';
export type {
  BegunRun,
  Lease,
  Removal,
  RemoveOptions,
  RunOptions,
  RunOutcome,
  Session,
  SessionSync,
  SpawnedRun,
  UseOptions,
} from './session/session-api.ts';
export {
  OWNER_LABEL,
  type SessionDeps,
  type SessionMirror,
  type SessionMount,
  type SessionSpec,
  type SyncDone,
} from './session/session-deps.ts';
