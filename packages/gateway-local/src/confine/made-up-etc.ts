import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';

import { INSIDE, SYSTEM_PATH } from './plan.ts';
import { SHARED_ETC } from './system-directories.ts';

/** Fills an empty directory with the sandbox's own `/etc`: nothing of the host's but its time zone's name. */
export function writeMadeUpEtc(directory: string, hostname: string): void {
  for (const [name, text] of Object.entries(filesOf(hostname))) {
    const file = path.join(directory, name);
    writeFileSync(file, text);
    // Readable to the sandbox's user whatever the caller's umask is.
    chmodSync(file, 0o644);
  }
  linkTimeZone(path.join(directory, 'localtime'));
  for (const shared of SHARED_ETC) makeMountPoint(directory, shared);
}

function filesOf(hostname: string): Readonly<Record<string, string>> {
  const { uid, user, home, binaries } = INSIDE;
  return {
    passwd: [
      'root:x:0:0:root:/nonexistent:/usr/sbin/nologin',
      `${user}:x:${uid}:${uid}:${user}:${home}:/bin/bash`,
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    ].join('\n'),
    group: `root:x:0:\ntty:x:5:\n${user}:x:${uid}:\nnogroup:x:65534:\n`,
    hostname: `${hostname}\n`,
    hosts: `127.0.0.1 localhost ${hostname}\n::1 localhost ip6-localhost ip6-loopback\n`,
    'nsswitch.conf': 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\n',
    'resolv.conf': '',
    profile: `PATH=${SYSTEM_PATH}:${binaries}\nexport PATH\numask 022\n`,
    gitconfig: `[user]\n\tname = ${user}\n\temail = ${user}@localhost\n[init]\n\tdefaultBranch = main\n`,
    shells: '/bin/sh\n/bin/bash\n',
  };
}

function linkTimeZone(link: string): void {
  const host = '/etc/localtime';
  const isLink = lstatSync(host, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  const target = isLink ? path.resolve('/etc', readlinkSync(host)) : '';
  symlinkSync(target.startsWith('/usr/share/zoneinfo/') ? target : '/usr/share/zoneinfo/UTC', link);
}

/** A mount needs something of its own kind to cover. */
function makeMountPoint(directory: string, shared: string): void {
  const stat = statSync(shared, { throwIfNoEntry: false });
  if (stat === undefined) return;
  const parts = path.relative('/etc', shared).split('/');
  let parent = directory;
  for (const part of stat.isDirectory() ? parts : parts.slice(0, -1)) {
    parent = path.join(parent, part);
    mkdirSync(parent, { recursive: true });
    chmodSync(parent, 0o755);
  }
  if (!stat.isDirectory()) closeSync(openSync(path.join(parent, parts.at(-1) ?? ''), 'w', 0o644));
}
