import { randomBytes } from 'node:crypto';

import { parseHostPath, parseRemotePath, type SandboxId } from '@clamshell/core';
import { createWorkspaceMirror } from '@clamshell/sync-mirror';

import { localShell } from './mirror-local-shell.ts';

/** One sync in a process of its own, to be killed or raced: `node mirror-worker.ts HOST SANDBOX STATE`. */
const [host = '', sandbox = '', state = ''] = process.argv.slice(2);
const mirror = createWorkspaceMirror({
  hostRoot: parseHostPath(host),
  sandboxRoot: parseRemotePath(sandbox),
  stateDirectory: state,
  clock: { now: () => Date.now(), sleep: () => Promise.reject(new TypeError('not used')) },
  newId: () => randomBytes(16).toString('hex'),
});
process.send?.('ready');
const outcome = await mirror.sync({ id: 'sandbox-1' as SandboxId, shell: localShell() });
process.exit(outcome.status === 'done' && outcome.problems.length === 0 ? 0 : 1);
