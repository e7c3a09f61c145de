import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';

import { resolveConfig, type WrittenConfig } from '../index.ts';
import type { writtenSchema } from './written-schema.ts';

/** `readonly` apart, as it is with arrays. */
type Plain<Value> = Value extends readonly (infer Item)[]
  ? Item[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Plain<Value[Key]> }
    : Value;

test('what is written has the type of what is taken', () => {
  expectTypeOf<Plain<WrittenConfig>>().toEqualTypeOf<z.input<typeof writtenSchema>>();
});

describe('resolveConfig', () => {
  test('nothing written gives every default', () => {
    expect(resolveConfig(undefined)).toEqual({
      provider: 'openshell',
      mode: 'mirror',
      command: 'openshell',
      gateway: undefined,
      gatewayEndpoint: undefined,
      workspace: undefined,
      from: 'openclaw',
      policy: undefined,
      providers: [],
      gpu: false,
      autoProviders: true,
      remoteWorkspaceDir: '/sandbox',
      remoteAgentWorkspaceDir: '/agent',
      timeoutMs: 120_000,
      mirror: {
        exclude: [],
        protect: [],
        conflicts: 'host',
        limits: { maxFiles: 1_000_000, maxBytes: 256 * 1024 ** 3 },
        undo: { keepRuns: 50, keepBytes: 1024 ** 3 },
      },
      ssh: { destination: undefined, identity: undefined, knownHosts: undefined, multiplexing: true },
      exec: { path: 'sandbox', home: 'sandbox', killGraceMs: 5000 },
    });
  });

  test('an app knows which provider it is without a word from anybody', () => {
    expect(resolveConfig({}, 'local').provider).toBe('local');
    expect(resolveConfig({ provider: 'openshell' }, 'local').provider).toBe('openshell');
  });

  test.each<[WrittenConfig, object]>([
    [
      { command: ' /opt/openshell ', from: '\topenclaw\n' },
      { command: '/opt/openshell', from: 'openclaw' },
    ],
    [
      { gateway: ' g ', gatewayEndpoint: ' https://x ' },
      { gateway: 'g', gatewayEndpoint: 'https://x' },
    ],
    [{ policy: ' p.yaml ' }, { policy: 'p.yaml' }],
    [{ providers: [' b', 'a', 'b ', 'a'] }, { providers: ['b', 'a'] }],
    [{ remoteWorkspaceDir: ' //sandbox/./a/../b// ' }, { remoteWorkspaceDir: '/sandbox/b' }],
    [{ remoteAgentWorkspaceDir: '/agent/' }, { remoteAgentWorkspaceDir: '/agent' }],
    [{ timeoutSeconds: 1.5 }, { timeoutMs: 1500 }],
    [
      { workspace: 'a-b', gpu: true, autoProviders: false },
      { workspace: 'a-b', gpu: true, autoProviders: false },
    ],
    [
      { mirror: { exclude: ['a '], undo: { keepMegabytes: 2 } } },
      { mirror: { exclude: ['a '], undo: { keepRuns: 50, keepBytes: 2 * 1024 * 1024 } } },
    ],
    [
      { provider: 'ssh', ssh: { destination: 'me@host:2222', identity: ' ~/.ssh/id ' } },
      { ssh: { destination: { user: 'me', host: 'host', port: 2222 }, identity: '~/.ssh/id' } },
    ],
    [
      { ssh: { destination: '[fe80::1]' } },
      { ssh: { destination: { user: undefined, host: 'fe80::1', port: undefined } } },
    ],
    [{ exec: { path: 'prepend', killGraceSeconds: 0 } }, { exec: { path: 'prepend', killGraceMs: 0 } }],
  ])('%j becomes %j', (written, resolved) => {
    expect(resolveConfig(written)).toMatchObject(resolved);
  });

  const ROOT = 'OpenShell remoteWorkspaceDir must';
  const AGENT = 'OpenShell remoteAgentWorkspaceDir must';
  test.each<[unknown, string]>([
    [3, 'expected config object'],
    [null, 'expected config object'],
    [[], 'expected config object'],
    [{ modee: 1 }, 'unknown config key: modee'],
    [{ a: 1, b: 2 }, 'unknown config key: a; unknown config key: b'],
    [{ mirror: { undo: { runs: 1 } } }, 'unknown config key: mirror.undo.runs'],
    [{ mode: 'both' }, 'mode must be one of mirror, remote'],
    [{ provider: 'docker' }, 'provider must be one of openshell, local, ssh'],
    [{ command: ' ' }, 'command must be a non-empty string'],
    [{ command: 1 }, 'command must be a non-empty string'],
    [{ gateway: '' }, 'gateway must be a non-empty string'],
    [{ gatewayEndpoint: '\n' }, 'gatewayEndpoint must be a non-empty string'],
    [{ from: null }, 'from must be a non-empty string'],
    [{ policy: [] }, 'policy must be a non-empty string'],
    [{ providers: 'a' }, 'providers must be an array of strings'],
    [{ providers: [1] }, 'providers must be an array of strings'],
    [{ providers: [' '] }, 'providers must be an array of strings'],
    [{ gpu: 'yes' }, 'gpu must be a boolean'],
    [{ autoProviders: 1 }, 'autoProviders must be a boolean'],
    [{ workspace: 1 }, 'workspace must be a valid OpenShell workspace name'],
    [{ workspace: 'a'.repeat(20) }, 'workspace must be at most 19 characters'],
    ...['', ' a', 'A', 'a--b', '-a', 'a-', 'a_b'].map((workspace): [unknown, string] => [
      { workspace },
      'workspace must contain lowercase alphanumeric characters or single hyphens and must not start or end with a hyphen',
    ]),
    [{ remoteWorkspaceDir: ' ' }, 'remoteWorkspaceDir must be a non-empty string'],
    [{ remoteWorkspaceDir: 1 }, 'remoteWorkspaceDir must be a non-empty string'],
    [{ remoteWorkspaceDir: 'sandbox' }, `${ROOT} be absolute`],
    [{ remoteWorkspaceDir: '/' }, `${ROOT} stay under /sandbox or /agent`],
    [{ remoteWorkspaceDir: '/sandboxes' }, `${ROOT} stay under /sandbox or /agent`],
    [{ remoteWorkspaceDir: '/sandbox/../etc' }, `${ROOT} stay under /sandbox or /agent`],
    [{ remoteWorkspaceDir: '/sandbox/a\0' }, `${ROOT} be a single line`],
    [{ remoteAgentWorkspaceDir: 'agent' }, `${AGENT} be absolute`],
    [{ remoteAgentWorkspaceDir: '/root' }, `${AGENT} stay under /sandbox or /agent`],
    [{ timeoutSeconds: '5' }, 'timeoutSeconds must be a number between 1 and 2147000'],
    [{ timeoutSeconds: NaN }, 'timeoutSeconds must be a number between 1 and 2147000'],
    [{ timeoutSeconds: 0.5 }, 'timeoutSeconds must be a number >= 1'],
    [{ timeoutSeconds: 2_147_001 }, 'timeoutSeconds must be a number <= 2147000'],
    [{ mirror: 1 }, 'mirror must be an object'],
    [
      { mirror: { undo: { keepRuns: 1.5 } } },
      'mirror.undo.keepRuns must be a whole number between 0 and 100000',
    ],
    [{ exec: { killGraceSeconds: 601 } }, 'exec.killGraceSeconds must be a number between 0 and 600'],
    [{ ssh: { destination: '-oProxyCommand=x' } }, 'ssh.destination must be [user@]host[:port]'],
    [{ provider: 'ssh' }, 'provider ssh needs ssh.destination'],
    [{ mode: 'x', gpu: 'y' }, 'mode must be one of mirror, remote; gpu must be a boolean'],
  ])('%j is refused: %s', (written, message) => {
    expect(() => resolveConfig(written)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message }),
    );
  });
});
