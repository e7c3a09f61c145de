// A host that lives long, as an agent's gateway does: many sessions in one process, over the packages themselves. It is
// told what to do by messages, and says how it ended and what memory and descriptors it holds.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';

import {
  type Argv,
  type Clock,
  deriveSandboxName,
  isClamshellError,
  type Mount,
  openSession,
  parseHostPath,
  parseRemotePath,
  type RemoteProcess,
  type Session,
  silentLogger,
} from '@clamshell/core';
import { openShellLocalCommand } from '@clamshell/gateway-local';
import {
  createFileSessionStore,
  identifyProcess,
  isProcessAlive,
  type ProcessIdentity,
} from '@clamshell/host';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';
import { createCliGateway } from '@clamshell/transport-cli';
import { createSshConnector } from '@clamshell/transport-ssh';

import { ASIDE } from './edits.ts';
import type { Answer, Call } from './resident-host.ts';

const [state = '', ...roots] = process.argv.slice(2);
const { env } = process;
const clock: Clock = { now: Date.now, sleep: (ms, signal) => setTimeout(ms, undefined, { signal }) };
const command = openShellLocalCommand();
const lifecycle = createCliGateway({ command, workspace: 'default', timeoutMs: 120_000, env, clock });
const connector = createSshConnector({ endpoints: lifecycle, env, clock });
const store = createFileSessionStore(path.join(state, 'resident', 'sessions'));
const newId = () => randomBytes(16).toString('hex');
const isOwnerAlive = (owner: string) => isProcessAlive(JSON.parse(owner) as ProcessIdentity);
const deps = { lifecycle, connector, store, clock, logger: silentLogger, newId, isOwnerAlive };
const sessions = new Map<number, Session>();

mkdirSync(path.join(state, 'resident', 'sessions'), { recursive: true, mode: 0o700 });
process.on('message', (call: Call) => void answer(call));

async function answer({ id, ...call }: Call): Promise<void> {
  const { code, stdout, stderr } = await act(call).catch((error: unknown) => ({
    code: 125,
    stdout: '',
    stderr: isClamshellError(error) ? `${error.message}\n  see: ${error.code}` : String(error),
  }));
  const { rss } = process.memoryUsage();
  const descriptors = readdirSync('/proc/self/fd').length;
  process.send?.({ id, code, stdout, stderr, rss, descriptors } satisfies Answer);
}

async function act({ workspace, words, abortAfterMs }: Omit<Call, 'id'>) {
  const [what = '', ...rest] = words;
  const session = sessionOf(workspace);
  const signal = abortAfterMs === undefined ? undefined : AbortSignal.timeout(abortAfterMs);
  const output: Uint8Array[] = [];
  let code = 0;
  if (what === 'run') {
    const argv = rest.slice(rest.indexOf('--') + 1) as unknown as Argv;
    const attach = async ({ stdout, stderr, stdin }: RemoteProcess) => {
      await stdin.end();
      await Promise.all([collect(stdout, output), collect(stderr, [])]);
    };
    code = (await session.run({ argv }, { attach, signal })).exit.code;
  } else if (what === 'resume') {
    await session.resume(rest.includes('--take-host') ? 'take-host' : 'retry');
  } else if (what === 'rm') {
    await session.remove({ discard: false });
    await session[Symbol.asyncDispose]();
    sessions.delete(workspace);
  } else if (what === 'sync' || what === 'push' || what === 'pull') {
    await session.sync({ direction: what === 'sync' ? 'both' : what, signal });
  }
  return { code, stdout: Buffer.concat(output).toString(), stderr: '' };
}

function sessionOf(workspace: number): Session {
  const known = sessions.get(workspace);
  if (known !== undefined) return known;
  const root = parseHostPath(roots[workspace] ?? '');
  const sandboxRoot = parseRemotePath('/sandbox');
  const mount: Mount = { host: root, sandbox: sandboxRoot, direction: 'both', readOnly: false, protect: [] };
  const mirror = createWorkspaceMirror({
    hostRoot: root,
    sandboxRoot,
    stateDirectory: path.join(state, 'resident', 'mirrors'),
    exclude: [`/${ASIDE}/`],
    undo: { maxRuns: 100_000, maxBytes: 2 ** 40 },
    clock,
    newId,
  });
  const key = `resident:${root}`;
  const session = openSession(
    { ...deps, mounts: [{ mount, mirror }] },
    {
      key,
      name: deriveSandboxName(key),
      mode: 'mirror',
      installation: 'soak',
      owner: JSON.stringify(identifyProcess(process.pid)),
      readyTimeoutMs: 300_000,
    },
  );
  sessions.set(workspace, session);
  return session;
}

async function collect(chunks: AsyncIterable<Uint8Array>, into: Uint8Array[]): Promise<void> {
  for await (const chunk of chunks) into.push(chunk);
}
