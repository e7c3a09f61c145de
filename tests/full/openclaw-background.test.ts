import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import { expect, test } from 'vitest';

import { requireOpenClaw, VERSIONS } from '../openclaw/install.ts';
import type { Step } from '../openclaw/stub-model.ts';
import { createWorld } from '../openclaw/turn.ts';

const ROUNDS = 50;

test.for(VERSIONS)('openclaw %s: nothing that a tool reported written is lost', async (version, context) => {
  await using world = await createWorld(await requireOpenClaw(version, context));
  const rounds = Array.from({ length: ROUNDS }, (_, round) => roundOf(round));
  const everyOne = `until [ "$(ls background-* | wc -l)" -ge ${ROUNDS} ]; do sleep 0.2; done`;
  const wait = { tool: 'exec', args: { command: everyOne } };
  const turn = await world.turn([...rounds, wait, 'That was it.'], { plugin: { provider: 'local' } });
  expect(turn.json?.payloads?.[0]?.text).toBe('That was it.');
  const written = turn.results.filter((result) => /wrote \d+ bytes/i.test(result)).length;
  expect(written).toBe(ROUNDS);
  const names = (await readdir(world.workspace)).filter((name) => name.endsWith('.txt'));
  const expected = Array.from({ length: ROUNDS }, (_, round) => [
    `background-${round}.txt`,
    `foreground-${round}.txt`,
    `tool-${round}.txt`,
  ]);
  expect(names.toSorted()).toEqual(expected.flat().toSorted());
  for (const name of names) {
    expect(await readFile(path.join(world.workspace, name), 'utf8')).toBe(`${name}\n`);
  }
  Object.assign(context.task.meta, { figures: { rounds: ROUNDS, files: names.length } });
});

/** A background command that writes while others run, a file tool, and a command, all in one message. */
function roundOf(round: number): Step {
  const delay = (Math.random() * 0.8).toFixed(2);
  const [background, foreground, tool] = ['background', 'foreground', 'tool'].map(
    (who) => `${who}-${round}.txt`,
  );
  return [
    {
      tool: 'exec',
      args: { command: `sleep ${delay}; echo ${background} >${background}`, background: true },
    },
    { tool: 'write', args: { path: tool, content: `${tool}\n` } },
    { tool: 'exec', args: { command: `echo ${foreground} >${foreground}` } },
  ];
}
