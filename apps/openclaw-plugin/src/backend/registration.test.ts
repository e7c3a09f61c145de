import { describe, expect, test } from 'vitest';

import { parseHostPath, parseRemotePath } from '@clamshell/core';

import type { BackendParams } from '../openclaw/backend.ts';
import type { Scope, ScopeRequest } from '../scope/scope.ts';
import { createRegistration } from './registration.ts';

const params: BackendParams = {
  scopeKey: 'agent:main:main',
  workspaceDir: '/nowhere/ws',
  agentWorkspaceDir: '/nowhere/ws',
  cfg: { workspaceAccess: 'rw', docker: { env: { LANG: 'C.UTF-8' } } },
};

/** What the factory asked for; nothing of a scope can be used, so that touching one fails the test. */
function registrationOf(written: unknown) {
  const asked: ScopeRequest[] = [];
  const remembered: string[] = [];
  const registration = createRegistration({
    id: 'openshell',
    written: () => written,
    writers: 'all-but-ro',
    hostPath: '/usr/bin',
    scopeOf: (request) => {
      asked.push(request);
      return { name: request.name, mounts: request.mounts, beginTurn() {} } as unknown as Scope;
    },
    scopes: {
      remember: (name) => Promise.resolve(void remembered.push(name)),
      recall: () => Promise.resolve(undefined),
      forget: () => Promise.resolve(),
    },
    openclawState: '/nowhere/state',
    manager: { describeRuntime: () => Promise.reject(), removeRuntime: () => Promise.reject() },
  });
  return { registration, asked, remembered };
}

describe('the factory', () => {
  test('describes the runtime, and starts nothing', async () => {
    const { registration, asked, remembered } = registrationOf({ from: 'my/image:1' });
    const handle = await registration.factory(params);
    expect(handle).toMatchObject({
      id: 'openshell',
      runtimeId: 'oc-6d9217fe77c7f11d',
      workdir: '/sandbox',
      env: { LANG: 'C.UTF-8' },
      configLabel: 'my/image:1',
      configLabelKind: 'Source',
      mode: 'mirror',
      workdirValidation: 'backend',
      workdirRoots: [],
    });
    expect(asked).toHaveLength(1);
    expect(remembered).toEqual(['oc-6d9217fe77c7f11d']);
  });

  test('hands out a plain object whose methods can be replaced and bound', async () => {
    const handle = await registrationOf({}).registration.factory(params);
    expect(Object.isFrozen(handle)).toBe(false);
    const spec = { argv: ['true'], env: {}, stdinMode: 'pipe-open' as const };
    handle.buildExecSpec = () => Promise.resolve(spec);
    expect(await handle.buildExecSpec.bind({})({ command: '', env: {}, usePty: false })).toBe(spec);
  });

  test('knows where commands may start beside the workspace', async () => {
    const beside = {
      ...params,
      agentWorkspaceDir: '/nowhere/agent',
      cfg: { workspaceAccess: 'ro', docker: {} },
    };
    const { registration, asked } = registrationOf({});
    const handle = await registration.factory(beside as BackendParams);
    expect(handle.workdirRoots).toEqual(['/agent']);
    expect(asked[0]?.mounts.agent).toMatchObject({
      host: parseHostPath('/nowhere/agent'),
      sandbox: parseRemotePath('/agent'),
    });
  });

  test.each([
    [
      'docker.binds',
      {},
      { docker: { binds: ['/a:/b'] } },
      'OpenShell sandbox backend does not support sandbox.docker.binds.',
    ],
    [
      'wrong settings',
      { mode: 'both' },
      {},
      'Invalid openshell plugin config: mode must be one of mirror, remote',
    ],
  ])('refuses %s in the words of OpenClaw’s own plugin', async (_, written, cfg, message) => {
    const { registration, asked } = registrationOf(written);
    await expect(registration.factory({ ...params, cfg: { ...params.cfg, ...cfg } })).rejects.toThrow(
      message,
    );
    expect(asked).toEqual([]);
  });
});

test('the working directory is known without a runtime', () => {
  const { registration } = registrationOf({ remoteWorkspaceDir: '/sandbox/work' });
  expect(registration.resolveWorkdir(params)).toBe('/sandbox/work');
});
