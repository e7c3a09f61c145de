import { describe } from 'vitest';

import type { RequestChannel } from '@clamshell/core';

import { type ContractHarness, contractRules, type Subject } from './harness.ts';
import { checkRequestEndings } from './request-channel-endings.ts';
import { checkRequests } from './request-channel-requests.ts';

/**
 * What every request channel does. The sandbox behind it needs a POSIX shell, coreutils or busybox, and /proc; programs
 * write below `/tmp`. Each rule opens a channel of its own, so that one connection may serve all of them.
 */
export function describeRequestChannelContract(
  name: string,
  harness: ContractHarness<Subject<RequestChannel>>,
): void {
  describe(`RequestChannel: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    checkRequests(rule);
    checkRequestEndings(rule);
    finish();
  });
}
