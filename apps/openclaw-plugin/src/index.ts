export { createManager, type Gateway, type ManagerDeps } from './manager.ts';
export type {
  OpenClawConfig,
  RuntimeDescription,
  RuntimeEntry,
  RuntimeRequest,
  SandboxBackendManager,
} from './openclaw-contract.ts';
