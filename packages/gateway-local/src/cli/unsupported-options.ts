import { Option } from 'commander';

import { ConfigError } from '@clamshell/core';

/** Options of `create` that exist in the contract and that this gateway can't do, each with why (openshell §1.2). */
const UNSUPPORTED: readonly (readonly [flags: string, why: string])[] = [
  ['--upload <spec...>', 'files go in over SSH'],
  ['--no-git-ignore', 'it goes with --upload'],
  ['--no-keep', 'sandboxes stay until they are deleted'],
  ['--editor <name>', 'there is no editor to open'],
  ['--gpu [count]', 'devices are not passed in'],
  ['--cpu <quantity>', 'CPU time is not limited'],
  ['--memory <quantity>', 'memory is not limited'],
  ['--driver-config-json <json>', 'there is no compute driver'],
  ['--provider <name...>', 'there are no credential providers'],
  ['--forward <port>', 'ports are forwarded over SSH'],
  ['--tty', 'the main process has no terminal'],
  ['--approval-mode <mode>', 'there are no network requests to approve'],
];

export function unsupportedOptions(): readonly Option[] {
  return UNSUPPORTED.map(([flags]) => new Option(flags).hideHelp());
}

/** Throws CONFIG_INVALID with the first one that was given: what can't be enforced is never silently dropped. */
export function refuseUnsupported(wasGiven: (attribute: string) => boolean): void {
  const found = UNSUPPORTED.find(([flags]) => wasGiven(new Option(flags).attributeName()));
  if (found === undefined) return;
  const [flag] = found[0].split(' ');
  throw new ConfigError('CONFIG_INVALID', `${flag} is not supported by the local gateway: ${found[1]}`);
}
