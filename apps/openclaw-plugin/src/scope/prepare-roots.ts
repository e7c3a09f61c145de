import path from 'node:path';

import { LifecycleError, type Mount, type ShellRunner, type TransportConnector } from '@clamshell/core';

/**
 * Connections in whose sandbox the roots of mounts that only push are there: what is pushed is the host's, so that a
 * missing root says nothing about lost work.
 */
export function connectWithRoots(
  connector: TransportConnector,
  mounts: readonly Mount[],
): TransportConnector {
  const roots = mounts.filter(({ direction }) => direction === 'push').map(({ sandbox }) => sandbox);
  if (roots.length === 0) return connector;
  return {
    async connect(name, options) {
      const transport = await connector.connect(name, options);
      try {
        await makeRoots(transport.shell, roots);
        return transport;
      } catch (error) {
        await transport[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

const MAX_OUTPUT_BYTES = 65_536;

async function makeRoots(shell: ShellRunner, roots: readonly string[]): Promise<void> {
  const { code, stderr } = await shell.run({
    argv: ['mkdir', '-p', '--', ...roots],
    maxOutputBytes: MAX_OUTPUT_BYTES,
  });
  if (code === 0) return;
  const said = Buffer.from(stderr).toString('utf8').trim();
  throw new LifecycleError('SANDBOX_UNFIT', `A directory could not be made in the sandbox: ${said}`, {
    hint: 'Set remoteAgentWorkspaceDir to a place that the sandbox’s user can make, such as /sandbox/.agent.',
  });
}

/** In gitignore syntax: what of `mount` belongs to others that lie inside it. */
export function excludeInner({ sandbox }: Mount, mounts: readonly Mount[]): readonly string[] {
  return mounts
    .map((other) => path.posix.relative(sandbox, other.sandbox))
    .filter((below) => below !== '' && below !== '..' && !below.startsWith('../'))
    .map((below) => `/${below}/`);
}
