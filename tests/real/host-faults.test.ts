import fs from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { isClamshellError, parseSandboxName, type SandboxId, type SessionRecord } from '@clamshell/core';
import { createFileSessionStore } from '@clamshell/host';

import { ERRNOS, failsWith, injectFault } from './injected-faults.ts';

let directory: string;

beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(tmpdir(), 'host-faults-')), 'sessions');
});
afterEach(() => fs.rmSync(path.dirname(directory), { recursive: true, force: true }));

const recordOf = (starts: number): SessionRecord => ({
  sandboxName: parseSandboxName('oc-demo'),
  sandboxId: 'sandbox-1' as SandboxId,
  owed: true,
  runs: [],
  starts,
});

const ROWS = [
  ['made, with its directory', undefined, recordOf(1)],
  ['replaced', recordOf(1), recordOf(2)],
  ['removed', recordOf(1), undefined],
] as const;

test.each(ROWS.flatMap((row) => ERRNOS.map((errno) => [errno, ...row] as const)))(
  '%s at every call while a session’s record is %s: it is the old or the new one, nothing half written lies there, and the next try works',
  async (errno, _what, before, after) => {
    const store = createFileSessionStore(directory);
    for (let at = 1, isReached = true; isReached; at += 1) {
      fs.rmSync(directory, { recursive: true, force: true });
      if (before !== undefined) await store.update('key', () => before);
      const fault = injectFault({ at, fail: failsWith(errno) });
      const outcome = await update(fault, () => store.update('key', () => after));
      isReached = fault.count >= at;
      const when = `${errno} at ${at}`;
      expect(outcome === undefined || isClamshellError(outcome), `${when}: ${String(outcome)}`).toBe(true);
      const found = await store.read('key');
      expect(outcome === undefined ? [after] : [before, after], when).toContainEqual(found);
      await store.update('key', () => after);
      expect(await store.read('key'), when).toEqual(after);
      const lefts = fs.readdirSync(directory).filter((name) => name.startsWith('.clamshell-'));
      expect(lefts, when).toEqual([]);
      expect(at, 'it ends').toBeLessThan(100);
    }
  },
);

/** What it was refused with. */
async function update(fault: Disposable, call: () => Promise<unknown>): Promise<unknown> {
  using _standing = fault;
  try {
    await call();
    return undefined;
  } catch (error) {
    return error;
  }
}
