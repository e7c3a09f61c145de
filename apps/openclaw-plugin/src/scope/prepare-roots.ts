import { readdir } from 'node:fs/promises';
import path from 'node:path';

import {
  type HostPath,
  LifecycleError,
  type Mount,
  type ShellRunner,
  type TransportConnector,
} from '@clamshell/core';

/**
 * Connections in whose sandbox the roots of mounts that only push are there: what is pushed is the host's, so that a
 * missing root says nothing about lost work. They are not made in a workspace that was emptied while the host's was not:
 * that has to show.
 */
export function connectWithRoots(
  connector: TransportConnector,
  [workspace, ...others]: readonly Mount[],
): TransportConnector {
  const roots = others.filter(({ direction }) => direction === 'push').map(({ sandbox }) => sandbox);
  if (workspace === undefined || roots.length === 0) return connector;
  return {
    async connect(name, options) {
      const transport = await connector.connect(name, options);
      try {
        const guarded = (await isEmpty(workspace.host)) ? [] : [workspace.sandbox];
        await makeRoots(transport.shell, { guarded, roots });
        return transport;
      } catch (error) {
        await transport[Symbol.asyncDispose]();
        throw error;
      }
    },
  };
}

async function isEmpty(directory: HostPath): Promise<boolean> {
  return (await readdir(directory)).every((name) => name === OURS);
}

const MAX_OUTPUT_BYTES = 65_536;
/** What a mirror leaves of its own at a root. */
const OURS = '.clamshell';

const MAKE = `for outer; do
  shift
  [ "$outer" != -- ] || break
  [ ! -e "$outer/${OURS}" ] || [ -n "$(ls -A -- "$outer" | grep -vxF ${OURS})" ] || exit 0
done
mkdir -p -- "$@"`;

async function makeRoots(
  shell: ShellRunner,
  { guarded, roots }: { readonly guarded: readonly string[]; readonly roots: readonly string[] },
): Promise<void> {
  const { code, stderr } = await shell.run({
    argv: ['/bin/sh', '-c', MAKE, 'roots', ...guarded, '--', ...roots],
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
