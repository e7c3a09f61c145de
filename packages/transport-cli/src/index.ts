export { type CliGateway, type CliGatewayOptions, createCliGateway } from './cli-gateway.ts';
