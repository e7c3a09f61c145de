import { readFileSync } from 'node:fs';
import path from 'node:path';

import { LISTENER_FD } from '../confine/plan.ts';
import { createCommandStarter } from './command-starter.ts';
import { runMainProcess } from './main-process.ts';
import type { SupervisorSettings } from './settings.ts';
import { serveSsh } from './ssh-server.ts';

/** A command may signal its whole group, and the supervisor is in it. */
const SHARED_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

const file = path.join(import.meta.dirname, 'settings.json');
const settings = JSON.parse(readFileSync(file, 'utf8')) as SupervisorSettings;

for (const signal of SHARED_SIGNALS) process.on(signal, () => {});
serveSsh(LISTENER_FD, createCommandStarter(settings));
runMainProcess(settings, () => process.exit());
