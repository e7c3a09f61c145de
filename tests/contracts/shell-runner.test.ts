import { afterAll } from 'vitest';

import {
  parseSandboxName,
  type SandboxName,
  type ShellRunner,
  type SshEndpointSource,
} from '@clamshell/core';
import {
  describeShellRunnerContract,
  startOpenShellSshServer,
  type Subject,
  systemClock,
} from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

import { openLocalGateway, whyNoLocalGateway } from './local-gateway.ts';
import { prepareSshd, whyNoSshd } from './sshd.ts';

interface Reachable {
  readonly endpoints: SshEndpointSource;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly name?: SandboxName;
}

/** A connection of its own, and what else goes away with it. */
async function connectTo(server: Reachable, stack: AsyncDisposableStack): Promise<Subject<ShellRunner>> {
  const { endpoints, env = process.env, name = parseSandboxName('demo') } = server;
  const connector = createSshConnector({ endpoints, env, clock: systemClock });
  const transport = stack.use(await connector.connect(name));
  return { subject: transport.shell, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

describeShellRunnerContract('transport-ssh over an OpenShell-like server', {
  async open() {
    const stack = new AsyncDisposableStack();
    return connectTo(stack.use(await startOpenShellSshServer()), stack);
  },
});

describeShellRunnerContract('transport-ssh over Debian’s sshd', {
  async open() {
    const stack = new AsyncDisposableStack();
    return connectTo(stack.use(await prepareSshd()), stack);
  },
  unavailable: whyNoSshd(),
});

const world = new AsyncDisposableStack();
let sandbox: Promise<Reachable> | undefined;
afterAll(() => world.disposeAsync());

/** One sandbox for all rules, since one takes longer to make than most rules to check. */
async function makeSandbox(): Promise<Reachable> {
  const { gateway, env, newName } = world.use(await openLocalGateway());
  const name = newName();
  await gateway.create({ name, labels: {} });
  return { endpoints: gateway, env, name };
}

describeShellRunnerContract('transport-ssh over the local gateway', {
  open: async () => connectTo(await (sandbox ??= makeSandbox()), new AsyncDisposableStack()),
  unavailable: whyNoLocalGateway(),
});
