export { describeExecSpecSourceContract, type ExecSpecSubject } from './contracts/exec-spec.ts';
export { describeFsBridgeContract } from './contracts/fs-bridge.ts';
export { type FsBridgeSubject, type FsWorld, makeFsWorld } from './contracts/fs-world.ts';
export { describeFileTransferContract, type FileTransferSubject } from './contracts/file-transfer.ts';
export { type ContractHarness, type Incapability, type Subject } from './contracts/harness.ts';
export { describeProcessTableContract, type ProcessTableSubject } from './contracts/process-table.ts';
export { describeRequestChannelContract } from './contracts/request-channel.ts';
export { describeSandboxLifecycleContract, type LifecycleSubject } from './contracts/sandbox-lifecycle.ts';
export { describeSessionStoreContract } from './contracts/session-store.ts';
export { describeShellRunnerContract } from './contracts/shell-runner.ts';
export { type Fault, FaultPlan } from './doubles/fake-faults.ts';
export { FakeWorld, turns } from './doubles/fake-world.ts';
export { createMemorySessionStore } from './doubles/memory-session-store.ts';
export { NodeFsBridge, type NodeFsBridgeOptions } from './doubles/node-fs-bridge.ts';
export { systemClock } from './doubles/system-clock.ts';
export type { ServerFaults } from './openshell-server/faults.ts';
export {
  type OpenShellSshServer,
  type ServerOptions,
  startOpenShellSshServer,
} from './openshell-server/start-server.ts';
