import { describeSandboxLifecycleContract } from '@clamshell/testkit';

import { openLocalGateway, whyNoLocalGateway } from './local-gateway.ts';

describeSandboxLifecycleContract('transport-cli over the local gateway', {
  async open() {
    const local = await openLocalGateway();
    return {
      subject: local.gateway,
      newName: local.newName,
      [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
    };
  },
  unavailable: whyNoLocalGateway(),
});
