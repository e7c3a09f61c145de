import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { describe, expect, test } from 'vitest';

import { inShell } from '../openclaw/in-shell.ts';
import { requireOpenClaw, VERSIONS } from '../openclaw/install.ts';
import { createWorld, type World } from '../openclaw/turn.ts';

const LAST_WORDS = 'That was it.';
const config = { sandbox: { scope: 'agent' }, plugin: { provider: 'local' } };

describe.for(VERSIONS)('openclaw %s tells', (version) => {
  test('how a command or a file tool failed, and nothing runs on', async (context) => {
    await using world = await createWorld(await requireOpenClaw(version, context));
    const nap = 'touch kept; cp "$(command -v sleep)" napper && ./napper 7654';
    const limit = { [version === '2026.3.22' ? 'timeout' : 'timeoutSeconds']: 2, yieldMs: 120_000 };
    const turn = await world.turn(
      [
        { tool: 'exec', args: { command: nap, ...limit } },
        { tool: 'exec', args: { command: 'rm napper; cat /proc/[0-9]*/comm | grep -c napper; exit 3' } },
        { tool: 'exec', args: { command: 'pwd', workdir: '/sandbox/none' } },
        { tool: 'read', args: { path: 'none.txt' } },
        { tool: 'read', args: { path: '/etc/hostname' } },
        LAST_WORDS,
      ],
      config,
    );
    expect(turn.json?.payloads?.[0]?.text, turn.stderr).toBe(LAST_WORDS);
    expect(turn.results).toEqual([
      expect.stringMatching(/timed out/i),
      // None of it runs any more.
      expect.stringMatching(/^0\n[^]*code 3/),
      // The older version does not ask for the directory's validation.
      expect.stringMatching(
        version === '2026.3.22' ? /\/sandbox\/none/ : /workdir "\/sandbox\/none" is unavailable/,
      ),
      expect.stringMatching(/none\.txt/),
      expect.stringContaining(`Path escapes sandbox root (${world.workspace}): /etc/hostname`),
    ]);
  });

  test('why a sync was halted; file tools read on; the command that it names resolves it', async (context) => {
    await using world = await createWorld(await requireOpenClaw(version, context));
    const fill = 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i >f$i.txt; done';
    const halted = await world.turn(
      [
        { tool: 'exec', args: { command: fill } },
        { tool: 'exec', args: { command: 'rm -rf ./* .openclaw; echo ran' } },
        { tool: 'read', args: { path: 'f7.txt' } },
        { tool: 'exec', args: { command: 'echo never' } },
        LAST_WORDS,
      ],
      config,
    );
    const [, said = '', read, refused = ''] = halted.results;
    expect(said).toMatch(/^ran\n[^]*The sync was halted: sandbox-root-emptied \(SYNC_HALTED\)/);
    expect(read).toBe('7\n');
    expect(refused).toContain('The sync was halted: sandbox-root-emptied (SYNC_HALTED)');
    const [, named = ''] = /"((?:CLAMSHELL_\w+=\S+ )*clamshell resume [^"]*)"/.exec(said) ?? [];
    expect(named).toContain('--scope openclaw:agent:main');
    await inShell(world, `${named} --take-host`);
    const after = await world.turn(
      [{ tool: 'exec', args: { command: 'ls f*.txt | wc -l' } }, LAST_WORDS],
      config,
    );
    expect(after.results).toEqual([expect.stringMatching(/^12\s*$/)]);
  });

  test.for([
    [
      'the CLI is missing',
      '/nowhere/openshell',
      /ENOENT \(GATEWAY_EXECUTABLE_MISSING\).*config\.command to its absolute path/,
    ],
    ['the gateway is down', undefined, /refused \(GATEWAY_UNREACHABLE\).*openshell gateway list/],
  ] as const)('that %s', async ([, given, told], context) => {
    await using world = await createWorld(await requireOpenClaw(version, context));
    const command = given ?? (await placeDeadGateway(world));
    const turn = await world.turn([{ tool: 'exec', args: { command: 'pwd' } }, LAST_WORDS], {
      plugin: { command },
    });
    expect(turn.results).toEqual([expect.stringMatching(told)]);
  });

  test.for([
    ['mode', { mode: 'both' }, 'allowed: "mirror", "remote"'],
    ['provider', { provider: 'cloud' }, 'allowed: "openshell", "local"'],
    ['', { modee: 'mirror' }, 'not have additional properties'],
  ] as const)('what is wrong with the settings: %s', async ([key, plugin, told], context) => {
    await using world = await createWorld(await requireOpenClaw(version, context));
    const turn = await world.turn([LAST_WORDS], { plugin });
    expect(turn.code).not.toBe(0);
    expect(turn.stderr).toMatch(new RegExp(`openshell\\.config${key && `\\.${key}`}: invalid config:.*`));
    expect(turn.stderr.toLowerCase()).toContain(told.toLowerCase());
  });
});

/** Says what the real one says. */
async function placeDeadGateway({ home }: World): Promise<string> {
  const command = path.join(home, 'openshell');
  const words = 'Error:   × failed to connect to gateway: transport error: Connection refused';
  await writeFile(
    command,
    `#!/bin/sh\n[ "$1" = --version ] && echo 'openshell 0.0.111' && exit\necho '${words}' >&2\nexit 1\n`,
  );
  await chmod(command, 0o755);
  return command;
}
