import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

import { MAIN_COMPLETED_NAME, MAIN_EXITED_NAME } from '../state/scope.ts';
import { commandEnvironment } from './environment.ts';
import type { SupervisorSettings } from './settings.ts';

/**
 * Runs the sandbox's main process, if it has one, with a stdin that stays open. Its end, with any status, is the end of
 * the sandbox (openshell §1.7): `onEnd` is called once word of it has been left; a word of its own for status 0 since
 * 0.1.0.
 */
export function runMainProcess(settings: SupervisorSettings, onEnd: () => void): void {
  const [file, ...args] = settings.main ?? [];
  if (file === undefined) return;
  const finish = (code: unknown) => {
    const isCompleted = code === 0 && settings.tellsCompletion === true;
    writeFileSync(path.join(settings.run, isCompleted ? MAIN_COMPLETED_NAME : MAIN_EXITED_NAME), '');
    onEnd();
  };
  const env = commandEnvironment(settings);
  const child = spawn(file, args, { cwd: settings.home, env, stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.on('error', () => {});
  child.once('error', finish).once('exit', finish);
}
