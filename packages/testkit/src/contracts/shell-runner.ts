import { describe } from 'vitest';

import type { ShellRunner } from '@clamshell/core';

import { type ContractHarness, contractRules, type Subject } from './harness.ts';
import { checkCommands } from './shell-runner-commands.ts';
import { checkEndings } from './shell-runner-endings.ts';
import { checkStreams } from './shell-runner-streams.ts';

/**
 * What every shell runner does. The sandbox behind it needs a POSIX shell, coreutils and /proc; commands start in a
 * directory they can write.
 */
export function describeShellRunnerContract(
  name: string,
  harness: ContractHarness<Subject<ShellRunner>>,
): void {
  describe(`ShellRunner: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    checkCommands(rule);
    checkStreams(rule);
    checkEndings(rule);
    finish();
  });
}
