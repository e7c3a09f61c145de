export { createRemoteFsBridge, type RemoteFsBridgeOptions } from './remote-fs-bridge.ts';
