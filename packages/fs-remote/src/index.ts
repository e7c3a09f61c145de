export { createRemoteFsBridge, type RemoteFsBridgeOptions } from './remote/create-remote-fs-bridge.ts';
