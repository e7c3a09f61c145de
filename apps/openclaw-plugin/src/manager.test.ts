import { describe, expect, test } from 'vitest';

import {
  LifecycleError,
  type Logger,
  type Observation,
  type SandboxId,
  type SandboxLifecycle,
  type SandboxPhase,
  silentLogger,
} from '@clamshell/core';

import { createManager, type RuntimeEntry } from './index.ts';

const entry: RuntimeEntry = {
  containerName: 'oc-0123456789abcdef',
  backendId: 'openshell',
  runtimeLabel: 'oc-0123456789abcdef',
  sessionKey: 'agent:main:main',
  createdAtMs: 0,
  lastUsedAtMs: 0,
  image: 'openclaw',
};

/** A gateway with at most one sandbox, which remembers what was removed. */
function gatewayWith(phase: SandboxPhase | 'absent' | Error) {
  const removed: string[] = [];
  const inspect: SandboxLifecycle['inspect'] = (name) => {
    if (phase instanceof Error) return Promise.reject(phase);
    const found: Observation =
      phase === 'absent' ? { phase } : { phase, name, id: 'id-1' as SandboxId, labels: {} };
    return Promise.resolve(found);
  };
  const remove: SandboxLifecycle['remove'] = ({ name, id }) => {
    removed.push(`${name} ${id}`);
    return Promise.resolve();
  };
  return { lifecycle: { inspect, remove } as SandboxLifecycle, removed };
}

function managerOf(phase: SandboxPhase | 'absent' | Error, logger: Logger = silentLogger) {
  const { lifecycle, removed } = gatewayWith(phase);
  const seenConfigs: unknown[] = [];
  const openGateway = (pluginConfig: unknown) => {
    seenConfigs.push(pluginConfig);
    return { lifecycle, configLabel: 'openclaw' };
  };
  return { manager: createManager({ openGateway, logger }), removed, seenConfigs };
}

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
    const described = await managerOf(phase).manager.describeRuntime({ entry, config: {} });
    expect(described).toEqual({ running, actualConfigLabel: 'openclaw', configLabelMatch: true });
  });

  test('a runtime made with another source does not match', async () => {
    const other = { ...entry, image: 'my/image:1' };
    const described = await managerOf('ready').manager.describeRuntime({ entry: other, config: {} });
    expect(described).toEqual({ running: true, actualConfigLabel: 'my/image:1', configLabelMatch: false });
  });

  test.each([
    ['the gateway is down', entry, 'GATEWAY_UNREACHABLE'],
    [
      'the registry holds a name that is none',
      { ...entry, containerName: 'No Name' },
      'SANDBOX_NAME_INVALID',
    ],
  ])('answers and warns when %s', async (_, asked, code) => {
    const warnings: string[] = [];
    const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
    const described = await managerOf(down, logger).manager.describeRuntime({ entry: asked, config: {} });
    expect(described).toMatchObject({ running: false, configLabelMatch: false });
    expect(warnings).toEqual([expect.stringContaining(code)]);
  });
});

describe('removeRuntime', () => {
  test('removes the sandbox it saw, by name and id', async () => {
    const { manager, removed } = managerOf('stopped');
    await manager.removeRuntime({ entry, config: {} });
    expect(removed).toEqual(['oc-0123456789abcdef id-1']);
  });

  test('a sandbox that is missing was removed', async () => {
    const { manager, removed } = managerOf('absent');
    await manager.removeRuntime({ entry, config: {} });
    expect(removed).toEqual([]);
  });

  test('rejects when the gateway can’t tell, so that the registry keeps the row', async () => {
    const { manager, removed } = managerOf(down);
    await expect(manager.removeRuntime({ entry, config: {} })).rejects.toBe(down);
    expect(removed).toEqual([]);
  });
});

test('the plugin’s entry is read anew from the configuration of every call', async () => {
  const { manager, seenConfigs } = managerOf('absent');
  await manager.removeRuntime({
    entry,
    config: { plugins: { entries: { openshell: { config: { from: 'a' } } } } },
  });
  await manager.describeRuntime({
    entry,
    config: { plugins: { entries: { other: { config: { from: 'b' } } } } },
  });
  expect(seenConfigs).toEqual([{ from: 'a' }, undefined]);
});
