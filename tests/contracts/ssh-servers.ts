import {
  parseSandboxName,
  type SandboxName,
  type SandboxTransport,
  type SshEndpointSource,
} from '@clamshell/core';
import { type ServerOptions, startOpenShellSshServer, systemClock } from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

import { openLocalGateway, whyNoLocalGateway } from './local-gateway.ts';
import { prepareSshd, whyNoSshd } from './sshd.ts';

/** A connection of its own; what else was made for it goes away with it. */
export type Connected = AsyncDisposable & {
  readonly transport: SandboxTransport;
  /** Another connection to the same server, which goes away with this one. */
  again(): Promise<SandboxTransport>;
};

export interface SshServerKind {
  readonly name: string;
  connect(): Promise<Connected>;
  readonly unavailable?: string | undefined;
}

/** The three servers that every contract over SSH is held against. The last one's sandbox goes away with `world`. */
export function sshServers(world: AsyncDisposableStack): readonly SshServerKind[] {
  let sandbox: Promise<Reachable> | undefined;
  return [
    openShellLikeServer(),
    {
      name: 'over Debian’s sshd',
      async connect() {
        const stack = new AsyncDisposableStack();
        return connectTo(stack.use(await prepareSshd()), stack);
      },
      unavailable: whyNoSshd(),
    },
    {
      name: 'over the local gateway',
      connect: async () => connectTo(await (sandbox ??= makeSandbox(world)), new AsyncDisposableStack()),
      unavailable: whyNoLocalGateway(),
    },
  ];
}

/** Testkit's server, one for each connection. */
export function openShellLikeServer(options: ServerOptions = {}): SshServerKind {
  return {
    name: 'over an OpenShell-like server',
    async connect() {
      const stack = new AsyncDisposableStack();
      return connectTo(stack.use(await startOpenShellSshServer(options)), stack);
    },
  };
}

interface Reachable {
  readonly endpoints: SshEndpointSource;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly name?: SandboxName;
}

async function connectTo(server: Reachable, stack: AsyncDisposableStack): Promise<Connected> {
  const { endpoints, env = process.env, name = parseSandboxName('demo') } = server;
  const connector = createSshConnector({ endpoints, env, clock: systemClock });
  const again = async () => stack.use(await connector.connect(name));
  return { transport: await again(), again, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** One sandbox for all rules, since one takes longer to make than most rules to check. */
async function makeSandbox(world: AsyncDisposableStack): Promise<Reachable> {
  const { gateway, env, newName } = world.use(await openLocalGateway());
  const name = newName();
  await gateway.create({ name, labels: {} });
  return { endpoints: gateway, env, name };
}
