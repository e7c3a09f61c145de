import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import { Duplex } from 'node:stream';
import { promisify } from 'node:util';

import { Client, type SFTPWrapper } from 'ssh2';

import type { Rig } from './rig.ts';

/** SFTP as Node programs have it: ssh2’s client over the rig’s own link. */
export interface Sftp extends AsyncDisposable {
  stat(path: string): Promise<unknown>;
  readFile(path: string): Promise<Buffer>;
  writeFile(path: string, content: Uint8Array): Promise<void>;
}

export async function openSftp(rig: Rig): Promise<Sftp> {
  const proxy = rig.ssh.find((word) => word.startsWith('ProxyCommand='))?.slice('ProxyCommand='.length) ?? '';
  const child = spawn('sh', ['-c', `exec ${proxy}`], { stdio: ['pipe', 'pipe', 'inherit'] });
  const client = new Client();
  const sock = Duplex.from({ writable: child.stdin, readable: child.stdout });
  client.connect({ sock, username: os.userInfo().username, authHandler: ['none'], hostVerifier: () => true });
  await once(client, 'ready');
  const sftp = await promisify<SFTPWrapper>((done) => client.sftp((error, value) => done(error, value)))();
  return {
    stat: promisify(sftp.stat.bind(sftp)),
    readFile: (path) =>
      promisify<Buffer>((done) => sftp.readFile(path, (error, bytes) => done(error, bytes)))(),
    writeFile: (path, content) =>
      promisify<void>((done) => sftp.writeFile(path, Buffer.from(content), (error) => done(error)))(),
    async [Symbol.asyncDispose]() {
      client.end();
      child.kill();
    },
  };
}
