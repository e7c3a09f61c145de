import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import {
  type Argv,
  type Clock,
  type ExistingSandboxName,
  parseSandboxName,
  type SandboxTransport,
} from '@clamshell/core';
import { createSshConnector } from '@clamshell/transport-ssh';

export const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/** One sshd for each connection, behind a pipe that adds half of `rttMs` each way; the same for every peer. */
export interface Rig extends Disposable {
  readonly directory: string;
  readonly rttMs: number;
  /** OpenSSH's own client with the same proxy command, cold. */
  readonly ssh: readonly string[];
  /** The same over one connection that stays open. */
  readonly warmSsh: readonly string[];
  connect(): Promise<SandboxTransport>;
}

export function prepareRig(rttMs: number): Rig {
  const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'clamshell-bench-')));
  const at = (name: string) => path.join(directory, name);
  const proxyCommand: Argv = [process.execPath, delayProgram(), String(rttMs / 2), ...serverCommand(at)];
  const proxy = proxyCommand.join(' ');
  const common = ['-F', 'none', '-o', `ProxyCommand=${proxy}`, '-o', 'StrictHostKeyChecking=no'];
  const quiet = ['-o', `UserKnownHostsFile=/dev/null`, '-o', 'LogLevel=ERROR'];
  const ssh = ['ssh', ...common, ...quiet, `${os.userInfo().username}@bench`];
  const warmSsh = [...ssh.slice(0, -1), '-o', `ControlPath=${at('master')}`, ssh.at(-1) ?? ''];
  const connector = createSshConnector({
    endpoints: {
      resolve: () =>
        Promise.resolve({ proxyCommand, user: os.userInfo().username, hostKey: 'tunnel-trusted' } as const),
    },
    env: process.env,
    clock,
  });
  execFileSync(warmSsh[0] ?? '', ['-M', '-N', '-f', ...warmSsh.slice(1)], { stdio: 'inherit' });
  return {
    directory,
    rttMs,
    ssh,
    warmSsh,
    connect: () => connector.connect(parseSandboxName('bench') as unknown as ExistingSandboxName),
    [Symbol.dispose]() {
      execFileSync(warmSsh[0] ?? '', ['-O', 'exit', ...warmSsh.slice(1)], { stdio: 'ignore' });
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function delayProgram(): string {
  return fileURLToPath(new URL('delay.ts', import.meta.url));
}

/** Debian's `sshd -i`, which lets this user in without a password: an account list of its own, with an empty home. */
function serverCommand(at: (name: string) => string): readonly string[] {
  const { username, uid, gid } = os.userInfo();
  mkdirSync(at('home'));
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('key')]);
  const accounts = [
    `${username}:x:${uid}:${gid}::${at('home')}:/bin/sh`,
    'sshd:x:65534:65534::/:/bin/false',
    '',
  ];
  writeFileSync(at('passwd'), accounts.join('\n'));
  writeFileSync(at('shadow'), `${username}::19000:0:99999:7:::\n`);
  chmodSync(at('shadow'), 0o600);
  const settings = [
    'PermitEmptyPasswords yes',
    'Subsystem sftp internal-sftp',
    'PermitRootLogin yes',
    'UsePAM no',
    'StrictModes no',
    'PrintLastLog no',
    'LogLevel QUIET',
  ];
  writeFileSync(at('config'), [`HostKey ${at('key')}`, ...settings, ''].join('\n'));
  const overlay = ['--ro-bind', at('passwd'), '/etc/passwd', '--ro-bind', at('shadow'), '/etc/shadow'];
  const own = ['--tmpfs', '/run', '--dir', '/run/sshd'];
  return ['bwrap', '--dev-bind', '/', '/', ...overlay, ...own, '/usr/sbin/sshd', '-i', '-f', at('config')];
}
