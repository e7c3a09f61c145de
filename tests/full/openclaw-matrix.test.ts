import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { requireOpenClaw, type Version, VERSIONS } from '../openclaw/install.ts';
import type { ToolCall } from '../openclaw/stub-model.ts';
import { createWorld, type Turn } from '../openclaw/turn.ts';

const MODES = ['mirror', 'remote'] as const;
const ACCESSES = ['none', 'ro', 'rw'] as const;

interface Row {
  readonly version: Version;
  readonly mode: (typeof MODES)[number];
  readonly access: (typeof ACCESSES)[number];
}

const ROWS: readonly Row[] = VERSIONS.flatMap((version) =>
  MODES.flatMap((mode) => ACCESSES.map((access) => ({ version, mode, access }))),
);

const LAST_WORDS = 'That was it.';
const REFUSED = /Sandbox path is read-only/;
const WRITERS = ['write', 'edit', 'apply_patch'];

describe('every tool, in every mode, with every access', () => {
  test.for(ROWS)('$version $mode $access', async (row, context) => {
    const { version, mode, access } = row;
    await using world = await createWorld(await requireOpenClaw(version, context));
    await writeFile(path.join(world.workspace, 'NOTES.md'), 'of the agent\n');
    const steps = stepsFor();
    const turn = await world.turn([...Object.values(steps), LAST_WORDS], {
      sandbox: { workspaceAccess: access },
      plugin: { provider: 'local', mode },
      provider: 'openai',
    });
    expect(turn.json?.payloads?.[0]?.text).toBe(LAST_WORDS);
    // With `ro` OpenClaw itself withdraws what writes.
    const offered = WRITERS.filter((tool) => turn.tools.includes(tool));
    expect(offered).toEqual(access === 'ro' ? [] : WRITERS);
    expectAnswers(row, answersTo(steps, turn));
    expect(await homeOf(world.workspace, row)).toEqual(expectedHome(row));
  });
});

/** By step; what is not on offer has no answer. */
function answersTo(steps: Readonly<Record<string, ToolCall>>, { tools, results }: Turn) {
  const asked = Object.entries(steps).filter(([, { tool }]) => tools.includes(tool));
  const given = results.filter((result) => !/^Tool \w+ not found$/.test(result));
  expect(given).toHaveLength(asked.length);
  return Object.fromEntries(asked.map(([name], index) => [name, given[index] ?? '']));
}

function expectAnswers(row: Row, answers: Readonly<Record<string, string>>): void {
  const { version, access } = row;
  expect(answers['exec']).toMatch(/^\/sandbox\n/);
  expect(answers['exec']).toContain(access === 'rw' ? 'of the agent' : 'nothing of the agent');
  expect(answers['exec']).toContain(access === 'ro' ? '\nbeside it' : '\nnothing beside it');
  expect(answers['exec']).toContain('code 3');
  expect(answers['read']).toBe('made\n');
  expect('ls' in answers).toBe(version !== '2026.3.22');
  if (mayWrite(row)) {
    expect(answers['write']).toMatch(/wrote 8 bytes/i);
    expect(answers['edit']).toMatch(/replaced/i);
    expect(answers['patch']).toContain('A p.txt\nM made.txt\nD old.txt');
    expect(answers['after']).toContain('one\nthree\npatched\nadded');
    expect(answers['after']).not.toContain('old.txt');
    if ('ls' in answers) expect(answers['ls']).toMatch(/"made.txt"\n"p.txt"\n("skills\/"\n)?"w.txt"/);
  } else {
    for (const writer of ['write', 'edit', 'patch']) {
      if (writer in answers) expect(answers[writer]).toMatch(REFUSED);
    }
    expect(answers['after']).toContain('two\nmade\n');
    expect(answers['after']).toContain('old.txt');
    if ('ls' in answers) expect(answers['ls']).toMatch(/"made.txt"\n"old.txt"\n("skills\/"\n)?"w.txt"/);
  }
}

/** 2026.3.22 lets file tools write with `rw` only, newer versions refuse `ro` only. */
function mayWrite({ version, access }: Row): boolean {
  return version === '2026.3.22' ? access === 'rw' : access !== 'ro';
}

/** The agent's own workspace on the host, after the turn. */
async function homeOf(workspace: string, { access }: Row): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(workspace)).filter((name) => name.endsWith('.txt') || access !== 'rw');
  const files = names.map(
    async (name) => [name, await readFile(path.join(workspace, name), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(files));
}

function expectedHome({ mode, access }: Row): Readonly<Record<string, string>> {
  if (access !== 'rw') return { 'NOTES.md': 'of the agent\n' };
  if (mode === 'remote') return {};
  return { 'made.txt': 'patched\n', 'p.txt': 'added\n', 'w.txt': 'one\nthree\n' };
}

/** One call of each tool, and what shows its effect. */
function stepsFor(): Readonly<Record<string, ToolCall>> {
  const look = [
    'pwd',
    'cat NOTES.md 2>/dev/null || echo nothing of the agent',
    '{ test -f /sandbox/.agent/NOTES.md && echo beside it; } || echo nothing beside it',
    'echo made >made.txt; echo old >old.txt; echo two >w.txt; exit 3',
  ].join('; ');
  const patch = [
    '*** Begin Patch',
    '*** Add File: p.txt\n+added',
    '*** Update File: made.txt\n@@\n-made\n+patched',
    '*** Delete File: old.txt',
    '*** End Patch',
  ].join('\n');
  const [oldText, newText] = ['two', 'three'];
  return {
    exec: { tool: 'exec', args: { command: look } },
    write: { tool: 'write', args: { path: 'w.txt', content: 'one\ntwo\n' } },
    read: { tool: 'read', args: { path: 'made.txt' } },
    edit: { tool: 'edit', args: { path: 'w.txt', oldText, newText, edits: [{ oldText, newText }] } },
    patch: { tool: 'apply_patch', args: { input: patch } },
    ls: { tool: 'ls', args: { path: '.' } },
    after: { tool: 'exec', args: { command: 'cat w.txt; cat made.txt p.txt; ls' } },
  };
}
