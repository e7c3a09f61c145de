import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { quoteWord } from '@clamshell/core';

import type { SshConnection } from './gateway-local-ssh-client.ts';
import { type Backend, type Caller, openWorld, whyNot, type World } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const NAME = 'confined';
const CANARY = `canary-${process.pid}`;

const COMBINATIONS: readonly (readonly [Backend, Caller])[] = [
  ['bwrap', 'self'],
  ['bwrap', 'ordinary user'],
  ['unshare', 'self'],
  ['unshare', 'ordinary user'],
];

/** Prints `denied` when the shell text in it fails, and what it did when it doesn't. */
function denied(attempt: string): string {
  return `(${attempt}) 2>/dev/null && echo allowed || echo denied`;
}

/** Tries each and prints what the kernel says. By number, for most have no program. `$1` is a process of the host. */
const CALLS = `
use Errno;
open(my $root, '<', '/');
my %calls = (
  ptrace => [101, 16, 0 + $ARGV[0], 0, 0],
  bpf => [321, 0, pack('LLLL', 2, 4, 4, 1) . ("\\0" x 56), 72],
  perf_event_open => [298, pack('LL', 0, 112) . ("\\0" x 104), -1, 0, -1, 0],
  open_by_handle_at => [304, fileno($root), pack('Ll', 8, 1) . ("\\0" x 8), 0],
  init_module => [175, 'x', 1, ''], kexec_load => [246, 0, 0, 0, 0], swapon => [167, '/sandbox', 0],
  reboot => [169, 0xfee1dead, 672274793, 0, 0], sethostname => [170, 'x', 1], settimeofday => [164, pack('QQ', 0, 0), 0],
  clock_settime => [227, 0, pack('QQ', 0, 0)], iopl => [172, 3], acct => [163, '/sandbox'], chroot => [161, '/sandbox'],
  pivot_root => [155, '.', '.'], mount => [165, 'none', '/sandbox', 'tmpfs', 0, 0], umount => [166, '/tmp', 2],
  open_tree => [428, -100, '/usr', 1], move_mount => [429, fileno($root), '', fileno($root), '', 0x44],
  syslog => [103, 5, 0, 0], fanotify_init => [300, 0, 0], setuid => [105, 0], setgid => [106, 0],
  unshare => [272, 0x20000], mknod => [133, '/sandbox/block', 0060644, 0xfe00], setpriority => [141, 0, 0, -20],
);
for my $name (sort keys %calls) {
  my ($number, @words) = @{ $calls{$name} };
  $! = 0;
  my $result = syscall($number, @words);
  print $name, ' ', ($result == -1 ? (grep { $!{$_} } keys %!)[0] : 'went'), "\\n";
}`;

for (const [backend, caller] of COMBINATIONS) {
  const reason = await whyNot(backend, caller);
  describe.skipIf(reason !== undefined)(`confined by ${backend}, started by ${caller}`, () =>
    confinement(backend, caller),
  );
}

function confinement(backend: Backend, caller: Caller): void {
  let world: World;
  let ssh: SshConnection;
  beforeAll(async () => {
    world = await openWorld({ backend, caller });
    writeFileSync(path.join(world.home, 'canary'), CANARY, { mode: 0o644 });
    await world.run(['sandbox', 'create', '--name', NAME], { SECRET_OF_HOST: CANARY });
    await world.must('sandbox', 'create', '--name', 'neighbour');
    using neighbour = await world.connect('neighbour');
    await neighbour.exec(
      `echo ${CANARY} >/sandbox/file; echo ${CANARY} >/tmp/file; sleep 4321 >/dev/null 2>&1 &`,
    );
    ssh = await world.connect(NAME);
  });
  afterAll(async () => {
    ssh?.[Symbol.dispose]();
    await world?.[Symbol.asyncDispose]();
  });

  test.each([
    ['one’s own uid is not root’s, inside', 'id -u; id -g; id -un', '1000\n1000\nsandbox'],
    [
      'no capability is held, and none can be had',
      'grep ^Cap /proc/self/status | cut -f2 | sort -u',
      '0000000000000000',
    ],
    ['no privilege can be gained', 'grep NoNewPrivs /proc/self/status | cut -f2', '1'],
    ['supplementary groups are gone', 'id -G', '1000'],
    ['/etc/shadow is not there', 'ls /etc/shadow 2>/dev/null | wc -l', '0'],
    ['/etc/passwd is made up', 'cut -d: -f1 /etc/passwd | tr "\\n" " "', 'root sandbox nobody'],
    [
      '/root, /home, /var, /sys, /run are not there',
      'ls -d /root /home /var /sys /run /boot /mnt 2>/dev/null | wc -l',
      '0',
    ],
    ['the network is one’s own', "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '", 'lo'],
    [
      'few processes are seen, all of them one’s own',
      '[ "$(ls -d /proc/[0-9]* | wc -l)" -lt 12 ] && echo few',
      'few',
    ],
    [
      'the first process shows no path of the host',
      "tr '\\0' '\\n' </proc/1/cmdline | grep ^/ | sort -u | tr '\\n' ' '",
      '/bin/sh /opt/clamshell/bin/node /opt/clamshell/lib/settings.json /opt/clamshell/lib/supervisor.mjs',
    ],
    [
      'the first process has no environment of the host',
      "tr '\\0' '\\n' </proc/1/environ | cut -d= -f1 | grep -vE '^(PATH|PWD|_|OLDPWD|SHLVL)$' | wc -l",
      '0',
    ],
    ['the host’s name is not known', 'hostname; cat /etc/hostname', `${NAME}\n${NAME}`],
    ['a kernel setting can’t be opened for writing', denied(': >/proc/sys/kernel/core_pattern'), 'denied'],
    ['nor a harmless one', denied(': >/proc/sys/vm/drop_caches || : >/proc/sys/kernel/printk'), 'denied'],
    ['nor the system request key', denied(': >/proc/sysrq-trigger'), 'denied'],
    [
      '/usr can’t be written',
      denied('touch /usr/x || touch /usr/bin/x || touch /usr/local/x || rm /usr/bin/env'),
      'denied',
    ],
    [
      'nor what lies around it',
      denied(
        'touch /x || touch /etc/x || touch /dev/x || touch /opt/clamshell/x || touch /opt/clamshell/lib/x',
      ),
      'denied',
    ],
    [
      'nothing can be mounted or remounted',
      denied('mount -t tmpfs none /mnt || mount -o remount,rw /usr || umount /proc/sys'),
      'denied',
    ],
    [
      'not even in a user namespace of one’s own',
      denied('unshare -Urm sh -c "mount -o remount,bind,rw /usr || umount /proc/sys || umount /etc"'),
      'denied',
    ],
    [
      'no device can be made',
      denied('mknod /sandbox/device b 254 0 || unshare -Ur mknod /sandbox/device b 254 0'),
      'denied',
    ],
    [
      'no device of the host is there',
      'for f in /dev/*; do [ ! -b "$f" ] && [ ! -c "$f" ] || printf "%s " "$f"; done',
      '/dev/full /dev/null /dev/ptmx /dev/random /dev/tty /dev/urandom /dev/zero',
    ],
    [
      'a set-user-id program gains nothing',
      'cp /usr/bin/id /sandbox/suid && chmod 4755 /sandbox/suid && /sandbox/suid -u',
      '1000',
    ],
    [
      '/tmp and /dev/shm are memory with a limit, without devices and set-user-id',
      "grep -cE ' /(tmp|dev/shm) [^ ]*nosuid,nodev.* - tmpfs .*size=' /proc/self/mountinfo",
      '2',
    ],
    [
      '/sandbox is without devices and set-user-id',
      "grep -cE ' /sandbox rw,nosuid,nodev' /proc/self/mountinfo",
      '1',
    ],
    [
      'no core is dumped, and limits are set',
      'ulimit -c; [ "$(ulimit -u)" -le 1024 ] && [ "$(ulimit -f)" != unlimited ] && echo set',
      '0\nset',
    ],
    [
      'no process of the host can be signalled or traced: its number is nobody’s here',
      denied(`kill -0 ${process.pid} || ls /proc/${process.pid} || kill -0 ${process.ppid}`),
      'denied',
    ],
    [
      'no terminal of the caller takes typed-in words (TIOCSTI)',
      denied('perl -e \'open(T, "<", "/dev/tty") or exit 1; ioctl(T, 0x5412, "x") or exit 1\''),
      'denied',
    ],
    [
      'no file of the host gets a second name in the workspace',
      denied('ln /usr/bin/env /sandbox/env || ln /opt/clamshell/lib/settings.json /sandbox/settings'),
      'denied',
    ],
    [
      'memory file systems have an end',
      denied('fallocate -l 300M /dev/shm/x || fallocate -l 5G /tmp/x'),
      'denied',
    ],
    [
      'no namespace of another can be entered',
      denied('nsenter -t 1 -m true || nsenter -t 1 -p true || nsenter -t 1 -n true'),
      'denied',
    ],
    ['no root can be changed', denied('chroot / true || unshare -m true || unshare -n true'), 'denied'],
    [
      'a link to the host’s files leads nowhere',
      `ln -s ${os.homedir()} home-link && ln -s /proc/1/root/root root-link && cat home-link/.profile root-link/.profile 2>/dev/null | wc -l`,
      '0',
    ],
    ['a file larger than allowed can’t be made', denied('truncate -s 17G /sandbox/huge'), 'denied'],
    ['the neighbour’s files are not seen', 'cat /sandbox/file /tmp/file 2>/dev/null | wc -l', '0'],
    [
      'the neighbour’s processes are not seen',
      "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -c 'sleep 432[1]'",
      '0',
    ],
    [
      'git has an identity',
      'cd "$(mktemp -d)" && git init -q && git commit -q --allow-empty -m x && git log --format=%an',
      'sandbox',
    ],
    [
      'there is a Node, wherever the host has none',
      '/opt/clamshell/bin/node -p process.version',
      process.version,
    ],
    ['a terminal can be had', 'script -qfec tty /dev/null | tr -d "\\r"', '/dev/pts/0'],
    ['programs behind alternatives work', 'echo a b | awk "{ print \\$2 }"', 'b'],
  ])('%s', async (_, command, expected) => {
    expect((await ssh.text(command)).trim()).toBe(expected);
  });

  test('on the host it is nobody with rights: not root, nor in any other process of it', async () => {
    const [inside = '', outside = ''] = (await ssh.text("awk '{ print $1, $2 }' /proc/self/uid_map")).split(
      ' ',
    );
    expect(inside).toBe('1000');
    const members = processesOf(world);
    expect(members.length).toBeGreaterThan(1);
    for (const pid of members) expect(uidsOf(pid)).not.toContain(0);
    if (caller === 'self' && process.geteuid?.() === 0)
      expect(Number(outside)).toBeGreaterThanOrEqual(0x70000000);
  });

  test.each([
    ['the canary in the home directory', () => path.join(world.home, 'canary')],
    ['the home directory of who runs the tests', () => os.homedir()],
    ['its own state', () => world.directoryOf(NAME)],
    ['its neighbour’s state', () => world.directoryOf('neighbour')],
  ])('%s can’t be read, straight or through another process’s root', async (_, file) => {
    const word = quoteWord(file());
    const attempt = `cat ${word} || ls ${word} || cat /proc/*/root${word} || ls /proc/*/cwd${word}`;
    expect(await ssh.text(denied(attempt))).toBe('denied');
  });

  test.skipIf(process.arch !== 'x64')('system calls that reach beyond it are refused', async (context) => {
    const said = await ssh.text(
      `command -v perl >/dev/null || exec echo no perl; perl -e ${quoteWord(CALLS)} ${process.pid}`,
    );
    if (said === 'no perl') return context.skip('perl is not installed');
    expect(said.split('\n').filter((line) => !/ (?:EPERM|EACCES|ENOSYS|ESRCH|EINVAL)$/.test(line))).toEqual(
      [],
    );
    expect(said.split('\n').length).toBeGreaterThan(20);
  });

  test('nothing of the host’s environment came in, not even through the starter', async () => {
    expect(await ssh.text(`cat /proc/*/environ | grep -c ${CANARY}`)).toBe('0');
  });

  test('a server on the host’s loopback can’t be reached', async () => {
    await using server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await ssh.text(denied(`exec 3<>/dev/tcp/127.0.0.1/${port}`))).toBe('denied');
  });

  test('its own loopback works', async () => {
    const script = `require("net").createServer((s) => s.end("mine")).listen(0, "127.0.0.1", function () {
      require("net").connect(this.address().port, "127.0.0.1").on("data", (d) => { console.log(String(d)); process.exit(); });
    })`;
    // With unshare it takes one of two programs to bring it up.
    expect(
      await ssh.text(
        `command -v ip perl >/dev/null || exec echo mine; /opt/clamshell/bin/node -e '${script}'`,
      ),
    ).toBe('mine');
  });

  test('no socket of the host can be reached by an abstract name', async () => {
    await using server = createServer();
    await new Promise<void>((resolve) => server.listen(`\0${CANARY}`, resolve));
    const dial = `require("net").connect("\\0${CANARY}").on("error", () => process.exit(1)).on("connect", () => process.exit(0))`;
    expect(await ssh.text(denied(`/opt/clamshell/bin/node -e '${dial}'`))).toBe('denied');
  });

  test('a fork bomb stops at the limit, and the sandbox can still be deleted', async () => {
    await world.must('sandbox', 'create', '--name', 'bomb');
    using bombed = await world.connect('bomb');
    const bomb = 'i=0; while [ $i -lt 3000 ]; do sleep 500 & i=$((i + 1)); echo $i; done';
    const { code, stdout } = await bombed.exec(`exec sh -c '${bomb}' 2>/dev/null`);
    const reached = Number(String(stdout).trim().split('\n').at(-1));
    expect({ code, isBounded: reached > 100 && reached < 1024 }).toEqual({ code: 2, isBounded: true });
    expect(await world.must('sandbox', 'delete', 'bomb')).toContain('Deleted');
  });

  test('delete leaves no process, no mount and no socket', async () => {
    await world.must('sandbox', 'create', '--name', 'brief');
    using brief = await world.connect('brief');
    await brief.exec('setsid sleep 5000 >/dev/null 2>&1 & env -i setsid sleep 5001 >/dev/null 2>&1 &');
    const members = processesOf(world, 'brief');
    const directory = world.directoryOf('brief');
    await world.must('sandbox', 'delete', 'brief');
    await expect
      .poll(() => members.filter((pid) => namespaceOf(pid) !== undefined), { timeout: 15_000 })
      .toEqual([]);
    for (const file of ['mountinfo', 'net/unix']) {
      expect(readFileSync(`/proc/self/${file}`, 'utf8')).not.toContain(directory);
    }
    expect(readdirSync(path.dirname(directory))).not.toContain('brief');
  });
}

/** The host's numbers of all processes in a sandbox's PID namespace. */
function processesOf(world: World, name = NAME): readonly number[] {
  const namespace = namespaceOf(world.recordOf(name).stage.init?.pid ?? 0);
  expect(namespace).toBeDefined();
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => namespaceOf(pid) === namespace);
}

/** `undefined` for a process that is gone, a zombie among them. */
function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}

/** Real, effective, saved and file system uid, as the host sees them. */
function uidsOf(pid: number): readonly number[] {
  const line = /^Uid:\s*(.+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '0';
  return line.split(/\s+/).map(Number);
}
