export { createHostEndpoints, type HostOptions } from './hosts/host-endpoints.ts';
export {
  createHostLifecycle,
  type HostLifecycle,
  type HostLifecycleOptions,
} from './hosts/host-lifecycle.ts';
export { createSshConnector, type ConnectSettings, type SshConnectorOptions } from './ssh-connector.ts';
