import { readFileSync } from 'node:fs';

import { LISTENER_FD } from '../confine/plan.ts';
import { createCommandStarter } from './command-starter.ts';
import { giveEgressListener } from './egress-listener.ts';
import { runMainProcess } from './main-process.ts';
import type { SupervisorSettings } from './settings.ts';
import { serveSsh } from './ssh-server.ts';

/** A command may signal its whole group, and the supervisor is in it. */
const SHARED_SIGNALS = ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGUSR1', 'SIGUSR2'] as const;

const [, , settingsFile = ''] = process.argv;
const settings = JSON.parse(readFileSync(settingsFile, 'utf8')) as SupervisorSettings;

// The starter reads it only until the first banner; whatever Node warns of later must not end the sandbox.
process.stderr.on('error', () => {});
for (const signal of SHARED_SIGNALS) process.on(signal, () => {});
if (settings.hasEgress === true) await giveEgressListener();
serveSsh(LISTENER_FD, createCommandStarter(settings), settings);
runMainProcess(settings, () => process.exit());
