import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { requireOpenClaw, VERSIONS } from './install.ts';
import { createWorld } from './turn.ts';

// The first run installs, which takes a minute for each version.
const TIMEOUT = 600_000;

describe.each(VERSIONS)('openclaw %s', (version) => {
  test(
    'plays the script, and tells the model what its tools answered',
    { timeout: TIMEOUT },
    async (context) => {
      await using world = await createWorld(await requireOpenClaw(version, context));
      const turn = await world.turn(
        [
          [
            { tool: 'exec', args: { command: 'echo one; exit 3' } },
            { tool: 'write', args: { path: 'made.txt', content: 'two\n' } },
          ],
          { tool: 'read', args: { path: 'made.txt' } },
          'That was it.',
        ],
        { bundled: true, sandbox: { mode: 'off' } },
      );
      expect(turn.json?.payloads).toMatchObject([{ text: 'That was it.' }]);
      expect(turn.results).toEqual([
        expect.stringMatching(/one[^]*3/),
        expect.stringContaining('made.txt'),
        expect.stringContaining('two'),
      ]);
      expect(await readFile(path.join(world.workspace, 'made.txt'), 'utf8')).toBe('two\n');
      expect(turn.code).toBe(0);
    },
  );
});
