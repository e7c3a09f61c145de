export {
  createMirroredFsBridge,
  type MirroredFsBridgeOptions,
} from './mirrored/create-mirrored-fs-bridge.ts';
export type { MirroredMount } from './mirrored/mirrored-mount.ts';
export {
  type BridgedSession,
  createSessionFsBridge,
  type SessionFsBridgeOptions,
} from './session/create-session-fs-bridge.ts';
export { createRemoteFsBridge, type RemoteFsBridgeOptions } from './remote/create-remote-fs-bridge.ts';
export type { RoadSources } from './remote/choose-road.ts';
