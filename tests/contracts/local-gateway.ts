import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { deriveSandboxName, isClamshellError, type SandboxName } from '@clamshell/core';
import { openShellLocalCommand } from '@clamshell/gateway-local';
import { systemClock } from '@clamshell/testkit';
import { type CliGateway, type CliGatewayOptions, createCliGateway } from '@clamshell/transport-cli';

/** Why the local gateway can't be tried here: its program is a build product. */
export function whyNoLocalGateway(): string | undefined {
  return openShellLocalCommand().every((word) => existsSync(word)) ? undefined : 'gateway-local is not built';
}

export interface LocalGateway extends AsyncDisposable {
  readonly gateway: CliGateway;
  readonly options: CliGatewayOptions;
  /** Where its program finds its state. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** A name that no sandbox has; what is made with it is removed with the gateway. */
  newName(): SandboxName;
}

/** The local gateway with a state directory of its own, speaking as `dialect`, 0.0.111 when left out. */
export async function openLocalGateway(dialect = ''): Promise<LocalGateway> {
  const state = await mkdtemp(path.join(os.tmpdir(), 'clamshell-gateway-'));
  const env = { ...process.env, XDG_STATE_HOME: state, OPENSHELL_LOCAL_DIALECT: dialect };
  const command = openShellLocalCommand();
  const options = { command, workspace: 'default', timeoutMs: 60_000, env, clock: systemClock };
  const gateway = createCliGateway(options);
  let names = 0;
  return {
    gateway,
    options,
    env,
    newName: () => deriveSandboxName(`${state} ${(names += 1)}`),
    async [Symbol.asyncDispose]() {
      for (const sandbox of await gateway.list()) await gateway.remove(sandbox).catch(ignoreMissing);
      await rm(state, { recursive: true, force: true });
    },
  };
}

function ignoreMissing(error: unknown): void {
  if (!isClamshellError(error) || error.code !== 'SANDBOX_NOT_FOUND') throw error;
}
