import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

test('the README’s library example runs as it is printed', async () => {
  const readme = await readFile(path.join(ROOT, 'README.md'), 'utf8');
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  const state = await mkdtemp(path.join(tmpdir(), 'clamshell-readme-'));
  // In this package, from which the others can be imported by name.
  const example = path.join(import.meta.dirname, '.readme-example.ts');
  try {
    await writeFile(example, code ?? '');
    const options = { encoding: 'utf8', env: { ...process.env, XDG_STATE_HOME: state } } as const;
    const printed = execFileSync(process.execPath, ['--conditions=@clamshell/source', example], options);
    expect(printed).toBe('0 sandbox\n\n');
  } finally {
    await rm(example, { force: true });
    await rm(state, { recursive: true, force: true });
  }
});
