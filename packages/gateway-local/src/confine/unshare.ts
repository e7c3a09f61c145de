import { existsSync } from 'node:fs';

import type { Argv } from '@clamshell/core';

import { becomeSandboxUser } from './become-sandbox-user.ts';
import { MOUNT_SCRIPT } from './mount-script.ts';
import { type ConfinedCommand, type ConfinementPlan, INSIDE } from './plan.ts';
import { SHARED_ETC } from './system-directories.ts';

/**
 * Confinement through util-linux alone: `unshare` for the namespaces, a constant script for the mounts. An ordinary
 * user is root of an outer user namespace while the mounts are made, and leaves it for an inner one.
 */
export function confineWithUnshare(plan: ConfinementPlan, command: Argv): ConfinedCommand {
  const { place, node, view, tmpBytes, shmBytes } = plan;
  const data = [place.root, place.files, place.etc, place.lib, place.run, node, place.name];
  const script = [
    'sh',
    '-c',
    MOUNT_SCRIPT,
    'sh',
    ...data,
    // No memory at all: an empty directory that can't be written.
    view.tmp ? String(tmpBytes) : '',
    view.shm ? String(shmBytes) : '',
    SHARED_ETC.join(' '),
    place.own,
    view.own.join(' '),
    view.home ? INSIDE.home : '',
  ];
  return {
    argv: ['unshare', ...namespaces(plan.hostUser), '--', ...script, ...becomeSandboxUser(plan), ...command],
    argumentsText: '',
  };
}

function namespaces(hostUser: number | undefined): readonly string[] {
  return [
    ...(hostUser === undefined ? ['--user', '--map-root-user'] : []),
    ...['--mount', '--pid', '--fork', '--ipc', '--uts', '--net'],
    ...(existsSync('/proc/self/ns/cgroup') ? ['--cgroup'] : []),
  ];
}
