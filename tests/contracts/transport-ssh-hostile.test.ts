import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import {
  invariant,
  parseHostPath,
  parseRemotePath,
  parseSandboxName,
  type SandboxTransport,
} from '@clamshell/core';
import { type OpenShellSshServer, startOpenShellSshServer, systemClock } from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

interface Connected {
  readonly server: OpenShellSshServer;
  readonly transport: SandboxTransport;
}

/** A sandbox where the programs in `bin` come before the image's own. */
async function connected(
  programs: Readonly<Record<string, string>>,
  check: (connected: Connected) => Promise<void>,
): Promise<void> {
  await using server = await startOpenShellSshServer({ profile: 'PATH=$HOME/bin:$PATH' });
  const bin = path.join(server.home, 'bin');
  await mkdir(bin);
  for (const [name, script] of Object.entries(programs)) {
    await writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`);
    await chmod(path.join(bin, name), 0o755);
  }
  const connector = createSshConnector({ ...server, env: process.env, clock: systemClock });
  await using transport = await connector.connect(parseSandboxName('demo'));
  await check({ server, transport });
}

const wellRequest = { program: 'echo well', args: [], maxReplyBytes: 100 };

describe('a sandbox whose tar lies', () => {
  const real = 'tar=/bin/tar; case $1 in --version) exec $tar "$@" ;; esac';
  test.each([
    ['sends a name that leads out', `${real}; echo x >"$HOME/x"; cd "$HOME/bin"; exec $tar -P -c -f - ../x`],
    ['sends an absolute name', `${real}; exec $tar -P -c -f - /etc/hostname`],
    [
      'sends a path twice',
      `${real}; echo a >"$HOME/a"; cd "$HOME"; exec $tar -c -f - ./a ./a --hard-dereference`,
    ],
    [
      'sends what lies below a link',
      `${real}; cd "$HOME"; ln -sfn /tmp l; mkdir -p d/l; echo a >d/l/a; $tar -c -f one l; $tar -r -f one -C d l/a; exec cat one`,
    ],
    [
      'stops in the middle',
      `${real}; head -c 2000000 /dev/zero >"$HOME/z"; cd "$HOME"; $tar -c -f - z | head -c 1000000`,
    ],
    ['sends something else', 'echo This is no archive at all'],
    ['sends nothing', 'exit 0'],
    ['never ends', `${real}; cd "$HOME"; $tar -c -f - bin; exec cat /dev/zero; yes`],
    ['sends garbage without end', `${real}; exec yes`],
  ])('and %s is refused', (_rule, tar) =>
    connected({ tar }, async ({ transport }) => {
      const parent = await mkdtemp(path.join(os.tmpdir(), 'clamshell-hostile-'));
      try {
        const to = parseHostPath(path.join(parent, 'inside/to'));
        await mkdir(path.dirname(to));
        invariant(transport.files, 'it transfers files');
        const download = transport.files.download({ from: parseRemotePath('/etc/ssh'), to });
        await expect(download).rejects.toMatchObject({
          code: expect.stringMatching(/^(?:ARCHIVE_INVALID|LIMIT_EXCEEDED)$/),
        });
        expect(existsSync(path.join(parent, 'inside/x'))).toBe(false);
      } finally {
        await rm(parent, { recursive: true, force: true });
      }
    }),
  );
});

describe('a sandbox whose shell tools lie', () => {
  test.each([
    ['takes less', 'exit 0'],
    ['is missing', 'exit 127'],
  ])('a dd that %s makes requests commands of their own, which say so', (_rule, dd) =>
    connected({ dd }, async ({ transport }) => {
      invariant(transport.requests, 'it has a request channel');
      await expect(transport.requests.request(wellRequest)).rejects.toMatchObject({
        code: 'COMMAND_NOT_STARTED',
      });
      await expect(transport.shell.run({ argv: ['echo', 'x'], maxOutputBytes: 10 })).resolves.toMatchObject({
        code: 0,
      });
    }),
  );

  test('a reply that comes one byte at a time is a reply, and one that never comes ends at its deadline', () =>
    connected({}, async ({ transport }) => {
      invariant(transport.requests, 'it has a request channel');
      const slow = 'for byte in a b c; do printf $byte; sleep 0.2; done';
      const reply = await transport.requests.request({ program: slow, args: [], maxReplyBytes: 3 });
      expect(Buffer.from(reply.stdout).toString()).toBe('abc');
      const silent = { program: 'sleep 1000', args: [], maxReplyBytes: 3 };
      const asked = transport.requests.request(silent, { timeoutMs: 300 });
      await expect(asked).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      await expect(transport.requests.request(wellRequest)).resolves.toMatchObject({ status: 0 });
    }));

  test('what an earlier program still prints is part of no reply', () =>
    connected({}, async ({ transport }) => {
      const { requests } = transport;
      invariant(requests, 'it has a request channel');
      await requests.request({ program: '(sleep 0.3; echo late) & :', args: [], maxReplyBytes: 100 });
      await transport.shell.run({ argv: ['sleep', '0.6'], maxOutputBytes: 1 });
      const reply = await requests.request(wellRequest);
      expect(Buffer.from(reply.stdout).toString()).toBe('well\n');
    }));
});
