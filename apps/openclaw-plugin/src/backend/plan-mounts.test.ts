import { expect, test } from 'vitest';

import { parseHostPath, parseRemotePath } from '@clamshell/core';

import type { WorkspaceAccess } from '../openclaw/backend.ts';
import { type MountRules, planMounts } from './plan-mounts.ts';

const own = parseHostPath('/home/me/agent');
const isolated = parseHostPath('/home/me/sandboxes/s1');
const roots = { workspaceRoot: parseRemotePath('/sandbox'), agentRoot: parseRemotePath('/agent') };

test.each<[WorkspaceAccess, MountRules['writers'], boolean, boolean]>([
  ['none', 'rw-only', true, false],
  ['none', 'all-but-ro', false, false],
  ['ro', 'rw-only', true, true],
  ['ro', 'all-but-ro', true, true],
  ['rw', 'rw-only', false, false],
  ['rw', 'all-but-ro', false, false],
])(
  'access %s under %s: read-only %s, the agent’s own workspace beside it %s',
  (access, writers, readOnly, beside) => {
    const workspace = access === 'rw' ? own : isolated;
    const places = { access, workspace, agentWorkspace: own, skillsWorkspace: undefined };
    const mounts = planMounts(places, { ...roots, writers });
    expect(mounts.workspace).toMatchObject({
      host: workspace,
      sandbox: '/sandbox',
      direction: 'both',
      readOnly,
    });
    expect(mounts.agent).toEqual(
      beside ? { host: own, sandbox: '/agent', direction: 'push', readOnly: true, protect: [] } : undefined,
    );
  },
);

test.each<[WorkspaceAccess, boolean]>([
  ['none', false],
  ['ro', false],
  ['rw', true],
])('managed skills are pushed into the workspace with access %s: %s', (access, expected) => {
  const skillsWorkspace = parseHostPath('/state/skills');
  const places = { access, workspace: own, agentWorkspace: own, skillsWorkspace };
  const { resources } = planMounts(places, { ...roots, writers: 'all-but-ro' });
  expect(resources.map(({ host, sandbox, readOnly }) => [host, sandbox, readOnly])).toEqual(
    expected ? [[skillsWorkspace, '/sandbox/.openclaw/sandbox-skills', true]] : [],
  );
});
