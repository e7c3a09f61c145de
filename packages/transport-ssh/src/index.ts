export { createSshConnector, type SshConnectorOptions } from './ssh-connector.ts';
