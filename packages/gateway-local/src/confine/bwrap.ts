import type { Argv } from '@clamshell/core';

import { becomeSandboxUser, setLimits } from './become-sandbox-user.ts';
import {
  ARGUMENTS_FD,
  type ConfinedCommand,
  type ConfinementPlan,
  INSIDE,
  STATUS_FD,
  SYSTEM_PATH,
} from './plan.ts';
import { listSystemDirectories, SHARED_ETC } from './system-directories.ts';

/**
 * Confinement through bubblewrap. Its options travel over a descriptor: on the command line every user of the host
 * could read them. As an ordinary user it maps the uid itself; as root it makes the mounts with the three capabilities
 * that the way to the sandbox's user needs.
 */
export function confineWithBwrap(plan: ConfinementPlan, command: Argv): ConfinedCommand {
  const options = [...namespaces(plan), ...mounts(plan), '--chdir', INSIDE.home];
  const wrap = plan.hostUser === undefined ? setLimits(plan) : becomeSandboxUser(plan);
  return {
    argv: ['bwrap', '--args', String(ARGUMENTS_FD), '--', ...wrap, ...command],
    argumentsText: options.map((option) => `${option}\0`).join(''),
  };
}

function namespaces({ hostUser, place }: ConfinementPlan): readonly string[] {
  const user = [
    '--unshare-user',
    '--uid',
    String(INSIDE.uid),
    '--gid',
    String(INSIDE.uid),
    '--cap-drop',
    'ALL',
  ];
  const root = [
    '--cap-drop',
    'ALL',
    ...['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((cap) => ['--cap-add', cap]),
  ];
  return [
    ...(hostUser === undefined ? user : root),
    ...['--unshare-ipc', '--unshare-pid', '--unshare-net', '--unshare-uts', '--unshare-cgroup-try'],
    ...['--hostname', place.name, '--info-fd', String(STATUS_FD)],
    // The command itself is the first process: bubblewrap's own would keep the caller's uid.
    ...['--as-pid-1', '--clearenv', '--setenv', 'PATH', SYSTEM_PATH],
  ];
}

function mounts({ place, node, view, tmpBytes, shmBytes }: ConfinementPlan): readonly string[] {
  return [
    ...listSystemDirectories().flatMap((entry) =>
      entry.kind === 'link' ? ['--symlink', entry.target, entry.path] : ['--ro-bind', entry.path, entry.path],
    ),
    ...['--ro-bind', place.etc, '/etc'],
    ...SHARED_ETC.flatMap((path) => ['--ro-bind-try', path, path]),
    ...['--proc', '/proc', '--ro-bind', '/proc/sys', '/proc/sys', '--dev', '/dev'],
    ...(view.shm ? memory(shmBytes, '/dev/shm') : []),
    ...(view.tmp ? memory(tmpBytes, '/tmp') : directory('/tmp')),
    ...[view.home ? '--bind' : '--ro-bind', place.files, INSIDE.home],
    ...view.own.flatMap((path, index) => [...directories(path), '--bind', `${place.own}/${index}`, path]),
    ...directories(INSIDE.node),
    ...['--ro-bind', node, INSIDE.node, '--ro-bind', place.lib, INSIDE.lib, '--bind', place.run, INSIDE.run],
    ...['--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

/** A directory that bubblewrap makes on the way to a bind is closed to all but its maker. */
function directories(path: string): readonly string[] {
  const parents = path.split('/').slice(1, -1);
  return parents.flatMap((_, index) => directory(`/${parents.slice(0, index + 1).join('/')}`));
}

function directory(path: string): readonly string[] {
  return ['--perms', '0755', '--dir', path];
}

function memory(bytes: number, path: string): readonly string[] {
  return ['--perms', '1777', '--size', String(bytes), '--tmpfs', path];
}
