export { createWorkspaceMirror } from './mirror.ts';
export type { WorkspaceMirrorOptions } from './sync/open-mount.ts';
export type { UndoBudget } from './undo/prune.ts';

// The pure steps of a sync, for status views and tests.
export {
  type Base,
  type BaseEntry,
  type BaseFile,
  type BaseSymlink,
  type BaseTree,
  type SeenStat,
  seeStat,
} from './base/base.ts';
export { formatBase, parseBase } from './base/base-file.ts';
export { type BaseChange, nextBase } from './base/next-base.ts';
export type { Applied } from './apply/applied.ts';
export { planPush, type PushPlan } from './apply/push-plan.ts';
export { reconcile } from './plan/reconcile.ts';
export { judgeSafety, type SafetyInput } from './plan/safety.ts';
export type {
  GitRole,
  Protection,
  Put,
  ReconcileInput,
  Reconciliation,
  Remove,
  Settled,
  Step,
} from './plan/step.ts';
export { isContainedTarget } from './plan/symlink-target.ts';
export { parseScan, type SandboxScan } from './scan/parse-scan.ts';
export type { FindRecord, FindRecords } from './scan/find-record.ts';
export type { Record } from './scan/record.ts';
export type { Tools } from './scan/tools.ts';
export { splitPull } from './apply/pull-batches.ts';
export type {
  DirectoryEntry,
  Entry,
  FileEntry,
  MovableEntry,
  Scan,
  Side,
  SpecialEntry,
  Stat,
  SymlinkEntry,
  Tree,
} from './tree/entry.ts';
export type { RememberedListing } from './sync/mirror-memory.ts';
