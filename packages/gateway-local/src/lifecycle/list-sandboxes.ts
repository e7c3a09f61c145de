import { readdirSync } from 'node:fs';

import { isClamshellError } from '@clamshell/core';

import { isValidName } from '../names/validate-name.ts';
import { placeOf, type Scope } from '../state/scope.ts';
import { observeSandbox, type SandboxView } from './observe-sandbox.ts';

/** By name. One that goes away meanwhile is left out. */
export async function listSandboxes(scope: Scope): Promise<readonly SandboxView[]> {
  const views = await Promise.all(namesIn(scope.directory).map((name) => observeOrSkip(scope, name)));
  return views.filter((view) => view !== undefined);
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory).filter(isValidName).sort();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function observeOrSkip(scope: Scope, name: string): Promise<SandboxView | undefined> {
  try {
    return await observeSandbox(placeOf(scope, name));
  } catch (error) {
    if (isClamshellError(error) && error.code === 'SANDBOX_NOT_FOUND') return undefined;
    throw error;
  }
}
