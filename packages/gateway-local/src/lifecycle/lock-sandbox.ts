import { invariant, type SandboxName } from '@clamshell/core';
import { acquireLock, identifyProcess, type ProcessIdentity } from '@clamshell/host';

import { lockFile, makeScopeDirectory, type Scope } from '../state/scope.ts';
import { type GatewayHost, timeoutMs } from './gateway-host.ts';

/** Serialises what changes a sandbox, across processes. */
export async function lockSandbox(
  host: GatewayHost,
  scope: Scope,
  name: SandboxName,
): Promise<AsyncDisposable> {
  makeScopeDirectory(scope);
  return acquireLock(lockFile(scope, name), { maxWaitMs: timeoutMs(host, 'OPENSHELL_LIFECYCLE_TIMEOUT') });
}

export function identifySelf(): ProcessIdentity {
  const self = identifyProcess(process.pid);
  invariant(self !== undefined, 'a running process has an identity');
  return self;
}
