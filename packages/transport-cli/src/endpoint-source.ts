import { type Clock, type SshEndpointSource, type TunnelEndpoint, withDeadline } from '@clamshell/core';

import { parseSshConfig } from './ssh-config.ts';
import type { Tool } from './tool.ts';

interface EndpointDeps {
  readonly tool: Tool;
  readonly clock: Clock;
  readonly gatewayEndpoint?: string | undefined;
}

export function createEndpointSource({
  tool,
  clock,
  gatewayEndpoint,
}: EndpointDeps): SshEndpointSource<TunnelEndpoint> {
  return {
    resolve: (name, options = {}) =>
      withDeadline(clock, options, async ({ signal }) => {
        const endpoint = parseSshConfig(await tool.run(['sandbox', 'ssh-config', name], { signal }), name);
        return gatewayEndpoint === undefined ? endpoint : withServer(endpoint, gatewayEndpoint);
      }),
  };
}

/** An endpoint given by hand is not in the printed text, only the gateway's name is (openshell §2.1). */
function withServer(endpoint: TunnelEndpoint, server: string): TunnelEndpoint {
  const { proxyCommand } = endpoint;
  return proxyCommand.includes('--server')
    ? endpoint
    : { ...endpoint, proxyCommand: [...proxyCommand, '--server', server] };
}
