import { describe, expect, test } from 'vitest';

import {
  LifecycleError,
  type Logger,
  type Observation,
  parseHostPath,
  type SandboxId,
  type SandboxLifecycle,
  type SandboxPhase,
  type Session,
  silentLogger,
} from '@clamshell/core';

import type { RuntimeEntry } from '../openclaw/manager.ts';
import type { Scope, ScopeRequest } from '../scope/scope.ts';
import type { ScopeRecord } from '../scope/scope-store.ts';
import { createManager } from './manager.ts';

const entry: RuntimeEntry = {
  containerName: 'oc-6d9217fe77c7f11d',
  sessionKey: 'agent:main:main',
  image: 'openclaw',
};
const record: ScopeRecord = {
  scopeKey: 'agent:main:main',
  openclawState: '/nowhere/state',
  access: 'rw',
  workspace: parseHostPath('/ws'),
  agentWorkspace: parseHostPath('/ws'),
  skillsWorkspace: undefined,
};

interface World {
  readonly phase: SandboxPhase | 'absent' | Error;
  readonly record?: ScopeRecord;
  readonly removal?: Error;
  readonly logger?: Logger;
}

/** A gateway with at most one sandbox, and what was done to it, in order. */
function managerOf({ phase, record: known, removal, logger = silentLogger }: World) {
  const did: string[] = [];
  const seenConfigs: string[] = [];
  const inspect: SandboxLifecycle['inspect'] = (name) => {
    if (phase instanceof Error) return Promise.reject(phase);
    const found = phase === 'absent' ? { phase } : { phase, name, id: 'id-1' as SandboxId, labels: {} };
    return Promise.resolve(found as Observation);
  };
  const remove: SandboxLifecycle['remove'] = ({ name, id }) => {
    did.push(`gateway removes ${name} ${id}`);
    return Promise.resolve();
  };
  const session = {
    remove: () => {
      did.push('session removes');
      return removal === undefined ? Promise.resolve({ wasThere: true, saved: [] }) : Promise.reject(removal);
    },
  } as unknown as Session;
  const scopeOf = ({ name, mounts }: ScopeRequest) => {
    did.push(`opens ${mounts.workspace.host}`);
    return { name, use: (work) => work({ session } as never) } as Scope;
  };
  const manager = createManager({
    id: 'openshell',
    openGateway: ({ from }) => {
      seenConfigs.push(from);
      return { lifecycle: { inspect, remove } as SandboxLifecycle };
    },
    scopeOf,
    scopes: {
      remember: () => Promise.resolve(),
      recall: () => Promise.resolve(known),
      forget: (name) => Promise.resolve(void did.push(`forgets ${name}`)),
    },
    logger,
  });
  return { manager, did, seenConfigs };
}

const configOf = (config: unknown) => ({ plugins: { entries: { openshell: { config } } } });
const down = new LifecycleError('GATEWAY_UNREACHABLE', 'no one answers');

describe('describeRuntime', () => {
  test.each<[SandboxPhase | 'absent', boolean]>([
    ['ready', true],
    ['stopped', false],
    ['provisioning', false],
    ['error', false],
    ['unknown', false],
    ['absent', false],
  ])('a sandbox that is %s runs: %s', async (phase, running) => {
    const described = await managerOf({ phase }).manager.describeRuntime({ entry, config: {} });
    expect(described).toEqual({ running, actualConfigLabel: 'openclaw', configLabelMatch: true });
  });

  test('a runtime made from another source does not match', async () => {
    const other = { ...entry, image: 'my/image:1' };
    const described = await managerOf({ phase: 'ready' }).manager.describeRuntime({
      entry: other,
      config: {},
    });
    expect(described).toEqual({ running: true, actualConfigLabel: 'my/image:1', configLabelMatch: false });
  });

  test.each([
    ['the gateway is down', entry, {}, 'GATEWAY_UNREACHABLE'],
    [
      'the registry holds a name that is none',
      { ...entry, containerName: 'No Name' },
      {},
      'SANDBOX_NAME_INVALID',
    ],
    ['the settings are wrong', entry, configOf({ modee: 1 }), 'unknown config key: modee'],
  ])('answers and warns when %s', async (_, asked, config, words) => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const { manager } = managerOf({ phase: down, logger });
    expect(await manager.describeRuntime({ entry: asked, config })).toEqual({
      running: false,
      actualConfigLabel: 'openclaw',
      configLabelMatch: false,
    });
    expect(warnings).toEqual([expect.stringContaining(words)]);
  });
});

describe('removeRuntime', () => {
  test('goes through the session, which brings home first', async () => {
    const { manager, did } = managerOf({ phase: 'stopped', record });
    await manager.removeRuntime({ entry, config: {} });
    expect(did).toEqual(['opens /ws', 'session removes', 'forgets oc-6d9217fe77c7f11d']);
  });

  test('rejects, forgetting nothing, where that fails', async () => {
    const removal = new LifecycleError('GATEWAY_UNREACHABLE', 'gone');
    const { manager, did } = managerOf({ phase: 'ready', record, removal });
    await expect(manager.removeRuntime({ entry, config: {} })).rejects.toThrow('gone (GATEWAY_UNREACHABLE)');
    expect(did).toEqual(['opens /ws', 'session removes']);
  });

  test('a sandbox that is missing was removed', async () => {
    const { manager, did } = managerOf({ phase: 'absent', record });
    await manager.removeRuntime({ entry, config: {} });
    expect(did).toEqual(['forgets oc-6d9217fe77c7f11d']);
  });

  test('one this plugin never worked in is removed by name and id', async () => {
    const { manager, did } = managerOf({ phase: 'ready' });
    await manager.removeRuntime({ entry, config: {} });
    expect(did).toEqual(['gateway removes oc-6d9217fe77c7f11d id-1', 'forgets oc-6d9217fe77c7f11d']);
  });

  test('but not where it may be the only place of its workspace', async () => {
    const { manager, did } = managerOf({ phase: 'ready' });
    const removing = manager.removeRuntime({ entry, config: configOf({ mode: 'remote' }) });
    await expect(removing).rejects.toThrow('the only place of its workspace');
    expect(did).toEqual([]);
  });

  test('rejects when the gateway can’t tell, so that the registry keeps the row', async () => {
    const { manager, did } = managerOf({ phase: down, record });
    await expect(manager.removeRuntime({ entry, config: {} })).rejects.toThrow('GATEWAY_UNREACHABLE');
    expect(did).toEqual([]);
  });
});

test('the plugin’s entry is read anew from the configuration of every call', async () => {
  const { manager, seenConfigs } = managerOf({ phase: 'absent' });
  await manager.removeRuntime({ entry, config: configOf({ from: 'a' }) });
  await manager.describeRuntime({
    entry,
    config: { plugins: { entries: { other: { config: { from: 'b' } } } } },
  });
  expect(seenConfigs).toEqual(['a', 'openclaw']);
});
