import type { SshEndpoint, SshEndpointSource } from '@clamshell/core';

import type { CommandRunner } from './run-command.ts';
import { parseSshConfig } from './ssh-config.ts';

interface EndpointDeps {
  readonly run: CommandRunner;
  readonly gatewayEndpoint?: string | undefined;
}

export function createEndpointSource({ run, gatewayEndpoint }: EndpointDeps): SshEndpointSource {
  return {
    async resolve(name, { signal } = {}) {
      const endpoint = parseSshConfig(await run(['sandbox', 'ssh-config', name], { signal }), name);
      return gatewayEndpoint === undefined ? endpoint : withServer(endpoint, gatewayEndpoint);
    },
  };
}

/** An endpoint given by hand is not in the printed text, only the gateway's name is (openshell §2.1). */
function withServer(endpoint: SshEndpoint, server: string): SshEndpoint {
  const { proxyCommand } = endpoint;
  return proxyCommand.includes('--server')
    ? endpoint
    : { ...endpoint, proxyCommand: [...proxyCommand, '--server', server] };
}
