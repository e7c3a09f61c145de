import { expect, test } from 'vitest';

import { readConfig } from './read-config.ts';

test.each([
  [undefined, { provider: 'openshell', mode: 'mirror', from: 'openclaw', remoteAgentWorkspaceDir: '/agent' }],
  [{ provider: 'local' }, { provider: 'local', remoteAgentWorkspaceDir: '/sandbox/.agent' }],
  [
    { provider: 'local', remoteAgentWorkspaceDir: '/agent' },
    { provider: 'local', remoteAgentWorkspaceDir: '/sandbox/.agent' },
  ],
  [{ provider: 'local', remoteAgentWorkspaceDir: '/sandbox/a' }, { remoteAgentWorkspaceDir: '/sandbox/a' }],
])('%j', (written, resolved) => {
  expect(readConfig(written)).toMatchObject(resolved);
});

test.each([
  [{ modee: 1 }, 'unknown config key: modee'],
  [{ mode: 'both' }, 'mode must be one of mirror, remote'],
  [{ timeoutSeconds: 0 }, 'timeoutSeconds must be a number'],
  [7, 'expected config object'],
])('%j is refused as OpenClaw’s own plugin does', (written, message) => {
  expect(() => readConfig(written)).toThrow(`Invalid openshell plugin config: ${message}`);
});
