export { createCliConnector } from './cli-connector.ts';
export { type CliGateway, type CliGatewayOptions, createCliGateway } from './cli-gateway.ts';
