import { describe } from 'vitest';

import { checkCapabilities } from './fs-bridge-capabilities.ts';
import { checkConfinement } from './fs-bridge-confinement.ts';
import { checkMoves } from './fs-bridge-moves.ts';
import { checkMutations } from './fs-bridge-mutations.ts';
import { checkNames } from './fs-bridge-names.ts';
import { checkQueries } from './fs-bridge-queries.ts';
import { checkWatch } from './fs-bridge-watch.ts';
import type { FsBridgeSubject } from './fs-world.ts';
import { type ContractHarness, contractRules } from './harness.ts';

/** What every file bridge does, over a world of directories on this machine. */
export function describeFsBridgeContract(name: string, harness: ContractHarness<FsBridgeSubject>): void {
  describe(`FsBridge: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    checkQueries(rule);
    checkMutations(rule);
    checkMoves(rule);
    checkConfinement(rule);
    checkNames(rule);
    checkCapabilities(rule);
    checkWatch(rule);
    finish();
  });
}
