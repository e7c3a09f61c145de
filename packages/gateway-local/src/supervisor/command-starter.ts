import { existsSync } from 'node:fs';

import { commandEnvironment } from './environment.ts';
import { createPipeMint } from './pipe-mint.ts';
import type { CommandStarter } from './session.ts';
import type { SupervisorSettings } from './settings.ts';
import { spawnCommand } from './spawn-command.ts';

const BASH = '/bin/bash';

export function createCommandStarter(settings: SupervisorSettings): CommandStarter {
  const hasBash = existsSync(BASH);
  const file = hasBash ? BASH : '/bin/sh';
  const mint = createPipeMint(hasBash ? BASH : undefined);
  const start = (args: readonly string[]) =>
    spawnCommand(mint, { file, args, cwd: settings.home, env: commandEnvironment(settings) });
  return {
    run: (commandLine) => start(['-lc', commandLine]),
    shell: () => start([]),
    pieceBytes: settings.pieceBytes,
  };
}
