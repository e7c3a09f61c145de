import { afterAll } from 'vitest';

import type { SandboxTransport } from '@clamshell/core';
import {
  describeFileTransferContract,
  describeSandboxLifecycleContract,
  describeShellRunnerContract,
  type Incapability,
} from '@clamshell/testkit';
import { createCliConnector } from '@clamshell/transport-cli';

import { openLocalGateway, whyNoLocalGateway } from './local-gateway.ts';

/** Every form of the tool that the local gateway speaks. */
export const DIALECTS = ['0.0.85', '0.0.88', '0.0.111', '0.1.5'] as const;

export type CliDialect = (typeof DIALECTS)[number];

const subjectOf = (dialect: CliDialect) => `transport-cli over the local gateway, as ${dialect}`;

export function describeCliLifecycle(dialect: CliDialect): void {
  describeSandboxLifecycleContract(subjectOf(dialect), {
    async open() {
      const local = await openLocalGateway(dialect);
      return {
        subject: local.gateway,
        newName: local.newName,
        [Symbol.asyncDispose]: () => local[Symbol.asyncDispose](),
      };
    },
    incapable: dialect === '0.0.85' || dialect === '0.0.88' ? [CANT_STOP] : [],
    unavailable: whyNoLocalGateway(),
  });
}

const CANT_STOP: Incapability = {
  reason: 'the tool of this version can’t stop or start a sandbox',
  rules: [
    'stopping and starting keep the sandbox, and may be repeated',
    'starting what does not exist is refused',
    'a stopped sandbox can be removed',
  ],
};

/** One sandbox for all rules of a file, since one takes longer to make than most rules to check. */
export function sharedTransport(dialect: CliDialect): () => Promise<SandboxTransport> {
  const world = new AsyncDisposableStack();
  afterAll(() => world.disposeAsync());
  let connected: Promise<SandboxTransport> | undefined;
  const connect = async () => {
    const { gateway, options, newName } = world.use(await openLocalGateway(dialect));
    const { name } = await gateway.create({ name: newName(), labels: {} });
    return createCliConnector(options).connect(name);
  };
  return () => (connected ??= connect());
}

export function describeCliFiles(dialect: CliDialect, connect: () => Promise<SandboxTransport>): void {
  describeFileTransferContract(subjectOf(dialect), {
    async open() {
      const { shell, files } = await connect();
      if (files === undefined) throw new TypeError('this transport carries files');
      return { subject: files, shell, [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    incapable: [
      {
        reason: 'a download is put in place whole, so that nothing of it is seen before',
        rules: ['an abort ends a transfer with its own reason, and others go on'],
      },
    ],
    unavailable: whyNoLocalGateway(),
  });
}

/** `isBrief`: without the rule that takes 256 processes of the tool. */
export function describeCliShell(
  dialect: CliDialect,
  connect: () => Promise<SandboxTransport>,
  { isBrief }: { readonly isBrief: boolean },
): void {
  describeShellRunnerContract(subjectOf(dialect), {
    async open() {
      const { shell } = await connect();
      return { subject: shell, [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    incapable: [STDIN_FIRST, STDIN_LIMIT, ...(isBrief ? [SLOW] : [])],
    unavailable: whyNoLocalGateway(),
  });
}

const STDIN_FIRST: Incapability = {
  reason: 'the tool reads standard input to its end before a command begins (openshell §1.10)',
  rules: [
    'a signal reaches the whole tree of a command',
    'a signal can be caught',
    'a signal leaves other commands alone',
    'an abort ends the tree, also one that ignores TERM, and rejects with its own reason',
    'KILL and an abort reach what left the group and the session',
    'a command that does not read holds the writer back',
    'what is written to a command that has ended is swallowed',
    'signalling a command that is over is harmless',
  ],
};

const STDIN_LIMIT: Incapability = {
  reason: 'the tool sends at most 4 MiB of standard input (openshell §1.10)',
  rules: ['64 MiB go up whole'],
};

const SLOW: Incapability = {
  reason: 'each command is a process of the tool; the long suites try all of them',
  rules: ['every exit status from 0 to 255 arrives'],
};
