import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { requireOpenClaw, VERSIONS } from './install.ts';
import { createWorld } from './turn.ts';

// The first run installs, which takes a minute for each version.
const TIMEOUT = 600_000;

test.for(VERSIONS)('a turn of openclaw %s in a sandbox', { timeout: TIMEOUT }, async (version, context) => {
  await using world = await createWorld(await requireOpenClaw(version, context));
  const turn = await world.turn(
    [
      { tool: 'exec', args: { command: 'pwd; echo made >made.txt; exit 3' } },
      { tool: 'write', args: { path: 'w.txt', content: 'one\ntwo\n' } },
      { tool: 'read', args: { path: 'made.txt' } },
      { tool: 'edit', args: { path: 'w.txt', ...replacing('two', 'three') } },
      { tool: 'exec', args: { command: 'cat w.txt; ls' } },
      'That was it.',
    ],
    { plugin: { provider: 'local' } },
  );
  expect(turn.json?.payloads).toMatchObject([{ text: 'That was it.' }]);
  expect(turn.results).toEqual([
    expect.stringMatching(/^\/sandbox\n[^]*code 3/),
    expect.stringMatching(/wrote 8 bytes/i),
    expect.stringContaining('made'),
    expect.stringMatching(/replaced/i),
    expect.stringContaining('one\nthree\nmade.txt\nw.txt'),
  ]);
  expect(await readFile(path.join(world.workspace, 'w.txt'), 'utf8')).toBe('one\nthree\n');
  expect(await readFile(path.join(world.workspace, 'made.txt'), 'utf8')).toBe('made\n');
});

/** Both versions' words for an edit. */
function replacing(oldText: string, newText: string) {
  return { oldText, newText, edits: [{ oldText, newText }] };
}
