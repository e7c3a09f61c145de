import type { RelPath } from '@clamshell/core';

import { GitDirs } from '../git/git-dirs.ts';
import { indexChildren } from '../tree/children.ts';
import type { Walk } from './findings.ts';
import { judgeUnits } from './git-units.ts';
import type { ReconcileInput } from './step.ts';

export function beginWalk(input: ReconcileInput): Walk {
  const trees: readonly ReadonlyMap<RelPath, { readonly kind: string }>[] = [
    input.base,
    input.host.tree,
    input.sandbox.tree,
  ];
  const children = indexChildren(trees.map((tree) => tree.keys()));
  const walk: Walk = {
    input,
    children,
    git: new GitDirs(children, input.host.tree, trees),
    units: new Map(),
    steps: [],
    settled: new Map(),
    problems: [],
    conflicts: [],
    withheld: new Map(),
    wanted: { host: new Set(), sandbox: new Set() },
  };
  return { ...walk, units: judgeUnits(walk) };
}
