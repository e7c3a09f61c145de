import { describe, expect, test } from 'vitest';

import { resolveConfig } from '../index.ts';

describe('resolveConfig', () => {
  test('nothing written gives every default', () => {
    expect(resolveConfig({})).toMatchObject({
      provider: 'local',
      command: 'openshell',
      remoteWorkspaceDir: '/sandbox',
      timeoutMs: 120_000,
    });
  });

  test.each([
    [{ modee: 1 }, 'unknown config key: modee'],
    [3, 'expected config object'],
    [{ command: ' ' }, 'command must be a non-empty string'],
    [{ remoteWorkspaceDir: 'sandbox' }, 'OpenShell remoteWorkspaceDir must be absolute'],
    [
      { remoteWorkspaceDir: '/sandbox/../etc' },
      'OpenShell remoteWorkspaceDir must stay under /sandbox or /agent',
    ],
    [{ timeoutSeconds: 0 }, 'timeoutSeconds must be a number between 1 and 2147000'],
  ])('%j is refused: %s', (written, message) => {
    expect(() => resolveConfig(written)).toThrow(message);
  });
});
