import { readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Environment } from '../environment.ts';

/** The provider where nobody named one, and why. */
export interface DefaultProvider {
  readonly value: 'openshell' | 'local';
  readonly origin: string;
}

/** Never after a failure: what is there now decides, and it is always said. */
export async function chooseProvider(environment: Environment): Promise<DefaultProvider> {
  const active = await findActiveGateway(environment);
  return active === undefined
    ? { value: 'local', origin: 'no gateway is active' }
    : { value: 'openshell', origin: active };
}

/** Why the `openshell` tool has an active gateway, or `undefined` where it has none (openshell §1.1). */
async function findActiveGateway({ variables }: Environment): Promise<string | undefined> {
  if (variables['OPENSHELL_GATEWAY']) return `OPENSHELL_GATEWAY is ${variables['OPENSHELL_GATEWAY']}`;
  if (variables['OPENSHELL_GATEWAY_ENDPOINT']) return 'OPENSHELL_GATEWAY_ENDPOINT is set';
  const config = variables['XDG_CONFIG_HOME'] || path.join(variables['HOME'] ?? '/', '.config');
  const directories = [
    path.join(config, 'openshell'),
    variables['OPENSHELL_SYSTEM_GATEWAY_DIR'] || '/etc/openshell',
  ];
  for (const directory of directories) {
    const name = await readName(path.join(directory, 'active_gateway'));
    if (name !== '') return `the active gateway is ${name}`;
  }
  return undefined;
}

/** Empty where there is no such file, or none that may be read. */
async function readName(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    return '';
  }
}
