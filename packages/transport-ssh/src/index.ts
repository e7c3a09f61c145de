export { createHostEndpoints, type HostOptions } from './hosts/host-endpoints.ts';
export { createSshConnector, type SshConnectorOptions } from './ssh-connector.ts';
