import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

import { describe, expect, test, vi } from 'vitest';

import { parseSandboxName, type SandboxTransport, type ShellRunner } from '@clamshell/core';
import {
  type OpenShellSshServer,
  type ServerOptions,
  startOpenShellSshServer,
  systemClock,
} from '@clamshell/testkit';
import { createSshConnector } from '@clamshell/transport-ssh';

const name = parseSandboxName('demo');

interface Connected {
  readonly server: OpenShellSshServer;
  readonly transport: SandboxTransport;
  readonly shell: ShellRunner;
}

/** A server of its own and one connection to it, for the length of `check`. */
async function connected(
  options: ServerOptions,
  check: (connected: Connected) => Promise<void>,
): Promise<void> {
  await using server = await startOpenShellSshServer(options);
  await using transport = await connectTo(server);
  await check({ server, transport, shell: transport.shell });
}

function connectTo({ endpoints }: OpenShellSshServer): Promise<SandboxTransport> {
  const timeouts = { readyTimeoutMs: 2000, startTimeoutMs: 2000 };
  return createSshConnector({ endpoints, env: process.env, clock: systemClock, ...timeouts }).connect(name);
}

const echo = { argv: ['sh', '-c', 'echo out; echo err >&2; cat; exit 3'], maxOutputBytes: 1000 } as const;
const lost = { name: 'TransportError', code: 'CONNECTION_LOST' };
const notStarted = { name: 'CommandError', code: 'COMMAND_NOT_STARTED' };

describe('a login shell', () => {
  test.each([
    ['prints before the command', 'echo welcome; echo careful >&2'],
    ['prints without a line end', 'printf welcome; printf careful >&2'],
    ['prints 60 KiB', 'head -c 60000 /dev/zero; head -c 60000 /dev/zero >&2'],
    ['traces what it runs', 'set -x'],
    ['changes what separates words', 'export IFS=012345679abcdef'],
    ['exports names like the wrapper’s own', 'export clamshell_is=leader clamshell_body=x clamshell_stat=y'],
    ['ends on errors and unset names', 'set -eu'],
    ['has no globbing', 'set -f'],
  ])('that %s does not show in a command', (_rule, profile) =>
    connected({ profile }, async ({ shell }) => {
      const { code, stdout, stderr } = await shell.run({ ...echo, stdin: Buffer.from('in') });
      expect([code, Buffer.from(stdout).toString(), Buffer.from(stderr).toString()]).toEqual([
        3,
        'out\nin',
        'err\n',
      ]);
    }),
  );

  test.each([
    ['prints without end on stdout', 'yes', /without end/],
    ['prints without end on stderr', 'yes >&2', /without end/],
    ['ends', 'echo "no shell for you" >&2; exit 1', /no shell for you/],
    ['has no sh to run', 'PATH=/nowhere', /sh.*not found/],
    ['hangs', 'exec sleep 1000', /no sign/],
  ])('that %s starts no command', (_rule, profile, words) =>
    connected({ profile }, async ({ shell }) => {
      const failure = shell.run(echo);
      await expect(failure).rejects.toMatchObject(notStarted);
      await expect(failure).rejects.toThrow(words);
    }),
  );

  test.each([
    ['dash', '/bin/dash'],
    ['bash', '/bin/bash'],
    ['busybox', '/usr/bin/busybox'],
  ])('may have %s for its sh, and commands can still be ended', async (_rule, program) => {
    expect(existsSync(program) || process.env['CI'] !== 'true').toBe(true);
    if (!existsSync(program)) return;
    const profile = `mkdir -p bin; for tool in sh setsid; do ln -sf ${program} "bin/$tool"; done
      case ${program} in *busybox) PATH=$PWD/bin:$PATH ;; *) rm bin/setsid; PATH=$PWD/bin:$PATH ;; esac`;
    await connected({ profile }, endsATree);
  });

  test('may give a command a process group, as sshd does', () => connected({ ownGroups: true }, endsATree));

  test('may have no setsid, and then only the command itself is ended', () =>
    connected(
      { profile: 'mkdir -p bin; ln -sf /bin/sh /bin/sleep bin; PATH=$PWD/bin' },
      async ({ shell }) => {
        const process = await shell.spawn({ argv: ['sleep', '1000'] });
        await process.kill('TERM');
        for await (const _ of process.stdout);
        for await (const _ of process.stderr);
        expect((await process.exit).code).toBeGreaterThan(0);
      },
    ));
});

async function endsATree({ shell }: Connected): Promise<void> {
  expect((await shell.run({ ...echo, stdin: Buffer.from('in') })).code).toBe(3);
  const process = await shell.spawn({ argv: ['sh', '-c', 'sleep 1000 & sleep 1000'] });
  await process.kill('TERM');
  for await (const _ of process.stdout);
  for await (const _ of process.stderr);
  expect((await process.exit).code).toBeGreaterThan(0);
}

describe('a link that breaks', () => {
  test('ends everything that was under way, and says so once', () =>
    connected({}, async ({ server, transport, shell }) => {
      const idle = await shell.spawn({ argv: ['cat'] });
      const busy = await shell.spawn({ argv: ['cat', '/dev/zero'] });
      // Nobody reads yet, so it has stalled at its window or will; it is cut once it goes on.
      server.faults.dropAfterBytes = 1024 * 1024;
      const read = async () => {
        for await (const _ of busy.stdout);
      };
      await expect(read()).rejects.toMatchObject(lost);
      await expect(busy.exit).rejects.toMatchObject(lost);
      await expect(idle.exit).rejects.toMatchObject(lost);
      await expect(idle.stdin.write(Buffer.from('x'))).rejects.toMatchObject(lost);
      await expect(idle.kill('TERM')).rejects.toMatchObject(lost);
      await expect(shell.run(echo)).rejects.toMatchObject(lost);
      await expect(transport.lost).resolves.toMatchObject(lost);
    }));

  test('ends also what waits in line', () =>
    connected({}, async ({ server, shell }) => {
      const waiting = Array.from({ length: 20 }, () =>
        shell.run({ argv: ['sleep', '1000'], maxOutputBytes: 1 }),
      );
      const outcomes = Promise.allSettled(waiting);
      await setTimeout(100);
      server.drop();
      for (const outcome of await outcomes) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: lost });
      }
    }));

  test('ends a write that waits for the sandbox', () =>
    connected({}, async ({ server, shell }) => {
      const process = await shell.spawn({ argv: ['sleep', '1000'] });
      const write = async () => {
        for (;;) await process.stdin.write(Buffer.alloc(1024 * 1024));
      };
      const writing = expect(write()).rejects.toMatchObject(lost);
      await setTimeout(100);
      server.drop();
      await writing;
    }));

  test('is never mended: a new connection is another transport', () =>
    connected({}, async ({ server, transport }) => {
      server.drop();
      await transport.lost;
      await using other = await connectTo(server);
      expect((await other.shell.run({ argv: ['true'], maxOutputBytes: 1 })).code).toBe(0);
      await expect(transport.shell.run(echo)).rejects.toMatchObject(lost);
    }));
});

describe('a disposal', () => {
  test('ends the tunnel, may be repeated, and is no loss', () =>
    connected({}, async ({ transport, shell }) => {
      const process = await shell.spawn({ argv: ['sh', '-c', 'echo x; sleep 1'] });
      await transport[Symbol.asyncDispose]();
      await transport[Symbol.asyncDispose]();
      await expect(process.exit).rejects.toMatchObject(lost);
      await expect(shell.run(echo)).rejects.toMatchObject(lost);
      await expect(Promise.race([transport.lost, setTimeout(50, 'not lost')])).resolves.toBe('not lost');
    }));

  test('leaves commands alone', () =>
    connected({}, async ({ server, transport, shell }) => {
      await shell.spawn({ argv: ['sh', '-c', 'sleep 0.5; echo over >finished'] });
      await transport[Symbol.asyncDispose]();
      await using other = await connectTo(server);
      const wait = 'for _ in 1 2 3 4 5 6 7 8 9 10; do [ -e finished ] && exit; sleep 0.2; done; exit 1';
      expect((await other.shell.run({ argv: ['sh', '-c', wait], maxOutputBytes: 1000 })).code).toBe(0);
    }));
});

describe('a server that lies', () => {
  test.each([
    ['withholds the exit status', { withholdExit: true }],
    ['reports a status that no process has', { forgeExit: 256 }],
    ['reports the largest status there is', { forgeExit: 0xffff_ffff }],
  ])('and %s leaves it unknown', (_rule, fault) =>
    connected({}, async ({ server, shell }) => {
      Object.assign(server.faults, fault);
      await expect(shell.run(echo)).rejects.toMatchObject({ name: 'CommandError', code: 'EXIT_UNKNOWN' });
    }),
  );

  test('and sends more than it was allowed to loses the link before it fills the memory', () =>
    connected({}, async ({ server, transport, shell }) => {
      const { arrayBuffers: before } = process.memoryUsage();
      const unread = await shell.spawn({ argv: ['cat'] });
      server.faults.overrunWindow = true;
      await unread.stdin.write(Buffer.from('x'));
      await expect(unread.exit).rejects.toMatchObject(lost);
      await expect(transport.lost).resolves.toMatchObject(lost);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    }));

  test('and has no channel free is asked again', () =>
    connected({}, async ({ server, shell }) => {
      server.faults.refuseChannels = 3;
      await expect(shell.run(echo)).resolves.toMatchObject({ code: 3 });
    }));

  test('and never has a channel free starts no command', () =>
    connected({}, async ({ server, shell }) => {
      server.faults.refuseChannels = Number.POSITIVE_INFINITY;
      await expect(shell.run(echo)).rejects.toMatchObject(notStarted);
      server.faults.refuseChannels = 0;
      await expect(shell.run(echo)).resolves.toMatchObject({ code: 3 });
    }));

  test('and opens channels unasked is refused each of them', () =>
    connected({}, async ({ server, shell }) => {
      server.faults.unaskedChannels = true;
      await expect(shell.run(echo)).resolves.toMatchObject({ code: 3 });
      await shell.run(echo);
      await vi.waitFor(() => expect(server.unasked.length).toBeGreaterThanOrEqual(2), { timeout: 10_000 });
      expect(new Set(server.unasked)).toEqual(new Set(['x11 refused', 'forwarded refused']));
    }));

  test('and does not offer strict key exchange is a failed connection', async () => {
    await using server = await startOpenShellSshServer();
    server.faults.weakKex = true;
    const failure = connectTo(server);
    await expect(failure).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
    await expect(failure).rejects.toThrow(/strict key exchange/);
  });

  test('and greets for ever is a failed connection', async () => {
    await using server = await startOpenShellSshServer();
    server.faults.endlessBanner = true;
    await expect(connectTo(server)).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});

test('signals get through while every channel is taken', () =>
  connected({}, async ({ shell }) => {
    const processes = await Promise.all(
      Array.from({ length: 7 }, () => shell.spawn({ argv: ['sleep', '1000'] })),
    );
    const waiting = shell.run({ argv: ['echo', 'my turn'], maxOutputBytes: 100 });
    for (const process of processes) {
      await process.kill('KILL');
      await process.stdout[Symbol.asyncIterator]().return?.();
      await process.stderr[Symbol.asyncIterator]().return?.();
    }
    await expect(waiting).resolves.toMatchObject({ code: 0 });
  }));

test('a command line that would break the connection is refused before it is sent', () =>
  connected({}, async ({ shell }) => {
    const command = { argv: ['echo', 'x'.repeat(128 * 1024)], maxOutputBytes: 1 } as const;
    await expect(shell.run(command)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(shell.run(echo)).resolves.toMatchObject({ code: 3 });
  }));
