import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import type { ClientChannel } from 'ssh2';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { openShellLocalCommand } from '@clamshell/gateway-local';

import { collectChannel, connectThrough, type SshConnection } from './gateway-local-ssh-client.ts';
import { openWorld, whyNot } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const isUnavailable =
  (await whyNot('bwrap', 'self')) !== undefined && (await whyNot('unshare', 'self')) !== undefined;
const NAME = 'ssh-box';

describe.skipIf(isUnavailable)('the SSH server of a sandbox', async () => {
  const world = await openWorld();
  let ssh: SshConnection;
  beforeAll(async () => {
    await world.must(
      'sandbox',
      'create',
      '--name',
      NAME,
      '--env',
      'GREETING=hello you',
      '--env',
      'HOME=/tmp',
    );
    ssh = await world.connect(NAME);
  });
  afterAll(async () => {
    ssh?.[Symbol.dispose]();
    await world[Symbol.asyncDispose]();
  });

  test.each([
    ['exit status', 'exit 7', 7, '', ''],
    ['both outputs', 'echo out; echo err >&2', 0, 'out\n', 'err\n'],
    ['a command ended by a signal is 1', 'kill -9 $$', 1, '', ''],
    [
      'a child ended by a signal is bash’s 128 + n',
      'sh -c "kill -9 \\$\\$"; exit $?',
      137,
      '',
      expect.anything(),
    ],
    ['a command that is not there', 'no-such-command-here', 127, '', expect.stringContaining('not found')],
    ['the command line is trimmed', '  \n echo x  \n ', 0, 'x\n', ''],
    ['commands start in the workspace', 'pwd', 0, '/sandbox\n', ''],
    ['a login shell', 'shopt -q login_shell && echo "$0"', 0, '/bin/bash\n', ''],
    [
      'standard streams can be opened by name',
      'echo a >/dev/stdout; echo b >/dev/stderr; cat /dev/stdin',
      0,
      'a\nin',
      'b\n',
    ],
    ['the end of input is seen', 'cat | wc -c', 0, '2\n', ''],
    ['input that nobody reads is no error', 'exec <&-; echo x', 0, 'x\n', ''],
  ])('%s', async (_, command, code, stdout, stderr) => {
    const result = await ssh.exec(command, 'in');
    expect({ code: result.code, stdout: String(result.stdout), stderr: String(result.stderr) }).toEqual({
      code,
      stdout,
      stderr,
    });
  });

  test('the environment is the contract’s, the creator’s and the login shell’s, and nothing else', async () => {
    const lines = (await ssh.text('env | grep -vE "^(_|PWD|SHLVL)="')).split('\n').sort();
    expect(lines).toEqual([
      'GREETING=hello you',
      'HOME=/sandbox',
      'OPENSHELL_SANDBOX=1',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/clamshell/bin',
      'SHELL=/bin/bash',
      'TERM=dumb',
      'USER=sandbox',
    ]);
  });

  test('variables that a client sends are accepted and ignored', async () => {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      ssh.client.exec('echo "[$SENT]"', { env: { SENT: 'x' } }, (error, stream) =>
        error ? reject(error) : resolve(stream),
      );
    });
    expect(String((await collectChannel(channel)).stdout)).toBe('[]\n');
  });

  test('signals are ignored', async () => {
    const channel = await ssh.open('echo ready; read -r line; echo "got $line"');
    const result = collectChannel(channel);
    channel.once('data', () => {
      channel.signal('KILL');
      channel.end('it\n');
    });
    expect(await result).toMatchObject({ code: 0, stdout: Buffer.from('ready\ngot it\n') });
  });

  test('an empty command succeeds, and then nothing happens', async () => {
    const channel = await ssh.open(' ');
    let isClosed = false;
    channel.on('close', () => (isClosed = true));
    expect(await ssh.text('echo other')).toBe('other');
    expect(isClosed).toBe(false);
    channel.close();
  });

  test('a shell without a terminal reads its commands from stdin', async () => {
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      ssh.client.shell(false, (error, stream) => (error ? reject(error) : resolve(stream)));
    });
    channel.end('echo "shell $((6 * 7))"; exit 3\n');
    expect(await collectChannel(channel)).toMatchObject({ code: 3, stdout: Buffer.from('shell 42\n') });
  });

  test('a terminal is refused', async () => {
    const asked = new Promise((resolve, reject) => {
      ssh.client.exec('tty', { pty: true }, (error) => (error ? reject(error) : resolve(undefined)));
    });
    await expect(asked).rejects.toThrow('pseudo-terminal');
  });

  test('a subsystem that is not there is refused', async () => {
    const asked = new Promise((resolve, reject) => {
      ssh.client.subsys('frobnicate', (error) => (error ? reject(error) : resolve(undefined)));
    });
    await expect(asked).rejects.toThrow('Unable to start subsystem');
  });

  test('16 MiB go in and come back whole', async () => {
    const bytes = Buffer.alloc(16 * 2 ** 20, 'some sixteen bytes');
    const { code, stdout } = await ssh.exec('cat', bytes);
    expect({ code, digest: sha256(stdout) }).toEqual({ code: 0, digest: sha256(bytes) });
  });

  test('two outputs that both outrun a client that does not read come whole, each in its order', async () => {
    const channel = await ssh.open('seq 900000 & seq 900000 >&2; wait');
    // Enough for both to fill the window, and for the command to end meanwhile.
    await ssh.exec('sleep 0.5');
    const { code, stdout, stderr } = await collectChannel(channel);
    const lines = Array.from({ length: 900_000 }, (_, index) => `${index + 1}\n`).join('');
    expect({ code, stdout: sha256(stdout), stderr: sha256(stderr) }).toEqual({
      code: 0,
      stdout: sha256(lines),
      stderr: sha256(lines),
    });
  });

  test('60 commands at once are all answered', async () => {
    const results = await Promise.all(Array.from({ length: 60 }, (_, index) => ssh.text(`echo ${index}`)));
    expect(results).toEqual(Array.from({ length: 60 }, (_, index) => String(index)));
  });

  test('the supervisor’s own helpers read no startup file of the sandbox', async () => {
    await ssh.exec('echo "touch /tmp/startup-file-read" >~/.bashrc');
    await Promise.all(Array.from({ length: 40 }, () => ssh.exec('true')));
    expect(await ssh.text('rm ~/.bashrc; ls /tmp/startup-file-read 2>/dev/null | wc -l')).toBe('0');
  });

  test('a process outlives its connection, and is seen and killed from another', async () => {
    using first = await world.connect(NAME);
    const pid = await first.text('sleep 1111 >/dev/null 2>&1 & echo $!');
    first.client.end();
    await new Promise<void>((resolve) => first.client.once('close', () => resolve()));
    expect(await ssh.text(`tr '\\0' ' ' </proc/${pid}/cmdline`)).toBe('sleep 1111 ');
    expect((await ssh.exec(`kill ${pid}`)).code).toBe(0);
  });

  test.each(['the channel', 'the connection'])(
    'what runs when %s closes gets the end of its input and is not killed',
    async (what) => {
      using other = await world.connect(NAME);
      const channel = await other.open(
        'cat >/dev/null; seq 100000; seq 100000 >&2; echo done >/tmp/after-close',
      );
      channel.write('x');
      await other.exec('true');
      if (what === 'the channel') channel.close();
      else other.client.destroy();
      await expect
        .poll(() => ssh.text('cat /tmp/after-close && rm /tmp/after-close'), { timeout: 20_000 })
        .toBe('done');
    },
  );

  test('outputs that a background child holds are waited for some 3 s, and the child lives (§2.5)', async () => {
    const { code, stdout } = await ssh.exec('(sleep 6; echo late; echo alive >/tmp/late) & echo early');
    expect({ code, stdout: String(stdout) }).toEqual({ code: 0, stdout: 'early\n' });
    await expect.poll(() => ssh.text('cat /tmp/late'), { timeout: 20_000 }).toBe('alive');
  });

  test('orphans are reaped', async () => {
    await ssh.exec('for i in $(seq 20); do (sleep 0.01 & sleep 0.01 &) ; done');
    const zombies = 'grep -l "^State:.Z" /proc/[0-9]*/status 2>/dev/null | wc -l';
    await expect.poll(() => ssh.text(zombies), { timeout: 20_000 }).toBe('0');
  });

  test('a signal to the whole group does not end the sandbox', async () => {
    expect((await ssh.exec('trap "" TERM; kill -TERM 0; kill -HUP 0; kill -INT 0')).code).toBeTypeOf(
      'number',
    );
    using other = await world.connect(NAME);
    expect(await other.text('echo still here')).toBe('still here');
  });

  test('a command too long to start costs the connection, not the sandbox', async () => {
    using other = await world.connect(NAME);
    const closed = new Promise<void>((resolve) => other.client.once('close', () => resolve()));
    await other.open(`: ${'x'.repeat(200_000)}`).catch(() => {});
    await closed;
    expect(await ssh.text('echo fine')).toBe('fine');
  });

  test('anyone who gets this far is let in, but not by password', async () => {
    using other = await connectThrough(world.proxy(NAME), { username: 'root' });
    expect(await other.text('id -un')).toBe('sandbox');
    const byPassword = connectThrough(world.proxy(NAME), { authHandler: ['password'], password: 'x' });
    await expect(byPassword).rejects.toThrow('authentication methods failed');
  });

  test('20 connections have a place, the 21st is told so, and a place that is given up is free (§2.2)', async () => {
    using stack = new DisposableStack();
    const more = await Promise.all(Array.from({ length: 19 }, () => world.connect(NAME)));
    more.forEach((connection) => stack.use(connection));
    await expect(world.connect(NAME)).rejects.toThrow('sandbox SSH connection limit reached');
    more[0]?.[Symbol.dispose]();
    await expect
      .poll(
        () =>
          world.connect(NAME).then(
            (late) => stack.use(late).text('echo in'),
            () => 'no',
          ),
        { timeout: 20_000 },
      )
      .toBe('in');
  });

  test('the host key is Ed25519, and another after every start', async () => {
    const keys: string[] = [];
    const look = async () => {
      const hostVerifier = (key: Buffer) => keys.push(key.toString('base64')) > 0;
      using _other = await connectThrough(world.proxy('keys'), {
        hostVerifier,
        algorithms: { serverHostKey: ['ssh-ed25519'] },
      });
    };
    await world.must('sandbox', 'create', '--name', 'keys');
    await look();
    await look();
    await world.must('sandbox', 'stop', 'keys');
    await world.must('sandbox', 'start', 'keys');
    await look();
    expect(keys[0]).toBe(keys[1]);
    expect(keys[2]).not.toBe(keys[0]);
  });

  test('OpenSSH gets in with the printed configuration', async (context) => {
    if (spawnSync('ssh', ['-V']).error !== undefined) return skipWithout('ssh', context);
    const config = path.join(world.home, 'ssh_config');
    writeFileSync(config, await world.must('sandbox', 'ssh-config', NAME));
    const env = {
      PATH: process.env['PATH'],
      HOME: world.home,
      XDG_STATE_HOME: path.join(world.home, 'state'),
    };
    const run = (...args: string[]) =>
      spawnSync('ssh', ['-F', config, ...args], { env, input: 'in', encoding: 'utf8' });
    const { status, stdout, stderr } = run(`openshell-${NAME}.default`, 'cat; echo err >&2; exit 5');
    expect({ status, stdout, stderr }).toEqual({ status: 5, stdout: 'in', stderr: 'err\n' });
    await world.must('sandbox', 'create', '--name', 'gone');
    writeFileSync(config, await world.must('sandbox', 'ssh-config', 'gone'));
    await world.must('sandbox', 'delete', 'gone');
    const after = run('openshell-gone.default', 'true');
    expect(after).toMatchObject({ status: 255, stderr: expect.stringContaining('sandbox not found') });
  });

  test('the proxy is plain stdio, in whatever form it is asked for', () => {
    const [node, ...script] = openShellLocalCommand();
    const env = { HOME: world.home, XDG_STATE_HOME: path.join(world.home, 'state') };
    const args = [...script, 'ssh-proxy', '--gateway-name=local', `--name=${NAME}`, '--workspace=default'];
    const { status, stdout } = spawnSync(node, args, { env, input: 'SSH-2.0-test\r\n', encoding: 'latin1' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^SSH-2\.0-/) });
  });
});

function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function skipWithout(program: string, context: { skip: (note?: string) => void }): void {
  if (process.env['CI'] === 'true') throw new TypeError(`${program} is not installed`);
  context.skip(`${program} is not installed`);
}
