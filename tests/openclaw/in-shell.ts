import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

import type { World } from './turn.ts';

const CLI = path.resolve(import.meta.dirname, '../../apps/cli/dist/main.js');

/** What a person types in a world's home, where `clamshell` and the packed gateway's `openshell` are on the PATH. */
export async function inShell({ home }: World, command: string): Promise<string> {
  const bin = path.join(home, 'bin');
  await mkdir(bin, { recursive: true });
  const programs = { clamshell: CLI, openshell: path.join(home, 'plugin/dist/openshell-local.js') };
  for (const [name, file] of Object.entries(programs)) {
    await writeFile(path.join(bin, name), `#!/bin/sh\nexec '${process.execPath}' '${file}' "$@"\n`);
    await chmod(path.join(bin, name), 0o755);
  }
  const env = { HOME: home, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
  const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env });
  return stdout;
}
