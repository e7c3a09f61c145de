export { createRemoteFsBridge, type RemoteFsBridgeOptions, type SandboxFiles } from './remote-fs-bridge.ts';
