import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { createFileSessionStore } from '@clamshell/host';
import { createMemorySessionStore, describeSessionStoreContract } from '@clamshell/testkit';

describeSessionStoreContract('files', {
  async open() {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'clamshell-store-'));
    return {
      subject: createFileSessionStore(path.join(directory, 'sessions')),
      [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
    };
  },
});

describeSessionStoreContract('memory', {
  open: () =>
    Promise.resolve({ subject: createMemorySessionStore(), [Symbol.asyncDispose]: () => Promise.resolve() }),
});
