import path from 'node:path';

import { type HostPath, type Mount, parseRemotePath, type RemotePath } from '@clamshell/core';

import type { Mounts } from '../bridge/places.ts';
import type { WorkspaceAccess } from '../openclaw/backend.ts';

export interface HostPlaces {
  readonly access: WorkspaceAccess;
  readonly workspace: HostPath;
  readonly agentWorkspace: HostPath;
  /** Holds the skills of an agent that works in its own workspace. */
  readonly skillsWorkspace: HostPath | undefined;
}

export interface MountRules {
  readonly workspaceRoot: RemotePath;
  readonly agentRoot: RemotePath;
  /** Which access lets file tools write: 2026.3.22 asks for `rw`, newer versions refuse `ro` only. */
  readonly writers: 'rw-only' | 'all-but-ro';
}

/** Where OpenClaw wants an agent's skills when the workspace is the agent's own. */
const SKILLS = '.openclaw/sandbox-skills';

/**
 * The workspace goes both ways whatever the access: what a command does there is the user's to see. The agent's own
 * workspace, where it is another directory, and its skills only go in.
 */
export function planMounts(places: HostPlaces, { workspaceRoot, agentRoot, writers }: MountRules): Mounts {
  const { access, workspace, agentWorkspace, skillsWorkspace } = places;
  const isWritable = writers === 'rw-only' ? access === 'rw' : access !== 'ro';
  const hasAgent = access !== 'none' && agentWorkspace !== workspace;
  const hasSkills = access === 'rw' && skillsWorkspace !== undefined;
  return {
    workspace: {
      host: workspace,
      sandbox: workspaceRoot,
      direction: 'both',
      readOnly: !isWritable,
      protect: [],
    },
    agent: hasAgent ? pushed(agentWorkspace, agentRoot) : undefined,
    resources: hasSkills
      ? [pushed(skillsWorkspace, parseRemotePath(path.posix.join(workspaceRoot, SKILLS)))]
      : [],
  };
}

function pushed(host: HostPath, sandbox: RemotePath): Mount {
  return { host, sandbox, direction: 'push', readOnly: true, protect: [] };
}
