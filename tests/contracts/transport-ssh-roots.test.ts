import { existsSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { parseRemotePath, parseSandboxName } from '@clamshell/core';
import { systemClock } from '@clamshell/testkit';
import { createHostLifecycle, type HostLifecycle } from '@clamshell/transport-ssh';

import { plainHost, prepareSshd, whyNoSshd } from './sshd.ts';

const why = process.env['CI'] === 'true' ? undefined : whyNoSshd();
const name = parseSandboxName('demo');

interface Host {
  readonly home: string;
  /** Sandboxes whose workspace is this path below the home; the default where it is left out. */
  at(root?: string): HostLifecycle;
}

async function onHost(check: (host: Host) => Promise<void>): Promise<void> {
  await using stack = new AsyncDisposableStack();
  const sshd = stack.use(await prepareSshd());
  const endpoints = await plainHost(sshd, stack);
  const settings = { endpoints, env: process.env, clock: systemClock };
  const at = (root?: string) =>
    createHostLifecycle({
      ...settings,
      root: root === undefined ? undefined : parseRemotePath(path.join(sshd.home, root)),
    });
  await check({ home: sshd.home, at });
}

describe.skipIf(why !== undefined)(
  `workspaces of a plain host${why === undefined ? '' : ` (skipped: ${why})`}`,
  () => {
    test('one of its own is made, and goes with what is in it', () =>
      onHost(async ({ home, at }) => {
        const root = await at().rootOf(name);
        expect(root).toBe(path.join(home, '.clamshell/demo/workspace'));
        const sandbox = await at().create({ name, labels: {} });
        await mkdir(path.join(root, 'a/b'), { recursive: true });
        await symlink(home, path.join(root, 'home'));
        await at().remove(sandbox);
        expect([existsSync(path.dirname(root)), existsSync(home)]).toEqual([false, true]);
      }));

    test('one that was there stays, one that was made goes', () =>
      onHost(async ({ home, at }) => {
        const kept = path.join(home, 'kept/file');
        await mkdir(path.dirname(kept));
        await writeFile(kept, 'x');
        await at('kept').remove(await at('kept').create({ name, labels: {} }));
        expect(existsSync(kept)).toBe(true);
        await at('new/deep').remove(await at('new/deep').create({ name, labels: {} }));
        expect([existsSync(path.join(home, 'new/deep')), existsSync(path.join(home, 'new'))]).toEqual([
          false,
          true,
        ]);
      }));

    test('what a changed record or another setting names is not deleted', () =>
      onHost(async ({ home, at }) => {
        await mkdir(path.join(home, 'precious'));
        const sandbox = await at().create({ name, labels: {} });
        const nonce = sandbox.id.split('-')[0];
        const record = path.join(home, '.clamshell/demo/sandbox');
        await writeFile(record, `${nonce}\nmade\n${path.join(home, 'precious')}\n{}\n`);
        await at().remove(sandbox);
        expect(existsSync(path.join(home, 'precious'))).toBe(true);
      }));

    test.each([
      ['the home', ''],
      ['a file', 'known_hosts'],
    ])('%s is no workspace', (_rule, root) =>
      onHost(async ({ at }) => {
        const made = at(root).create({ name, labels: {} });
        await expect(made).rejects.toMatchObject({ code: 'GATEWAY_COMMAND_FAILED' });
        await expect(at(root).inspect(name)).resolves.toEqual({ phase: 'absent' });
      }),
    );
  },
);
