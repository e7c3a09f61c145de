import { spawnSync } from 'node:child_process';

import { describe, expect, test } from 'vitest';

import {
  type BufferedCommand,
  type BufferedResult,
  createShellRequestChannel,
  type ShellRunner,
} from '../index.ts';

/** A runner that keeps what it was asked and answers with `reply`. */
function recordingShell(reply: Partial<BufferedResult>) {
  const asked: BufferedCommand[] = [];
  const shell: ShellRunner = {
    spawn: () => Promise.reject(new TypeError('requests are buffered')),
    run: async (command) => {
      asked.push(command);
      return { code: 0, stdout: new Uint8Array(), stderr: new Uint8Array(), ...reply };
    },
  };
  return { shell, asked };
}

const REQUEST = { program: 'printf reply', args: ['secret'], maxReplyBytes: 4 };

test('the command is the same for every request, and starts where nothing can be missing', async () => {
  const { shell, asked } = recordingShell({ stdout: Buffer.from('clamshell: started\n') });
  const channel = createShellRequestChannel(shell);
  await channel.request(REQUEST);
  await channel.request({ ...REQUEST, program: 'cat', args: [], stdin: Buffer.from('x') });
  expect(asked[0]?.argv).toEqual(asked[1]?.argv);
  expect(asked.map(({ cwd }) => cwd)).toEqual(['/', '/']);
});

test('a text that was cut anywhere runs nothing', async () => {
  const { shell, asked } = recordingShell({ stdout: Buffer.from('clamshell: started\n') });
  await createShellRequestChannel(shell).request(REQUEST);
  const { argv, stdin = new Uint8Array() } = asked[0] ?? { argv: ['false'] };
  const [file, ...args] = argv;
  const run = (length: number) => spawnSync(file, args, { input: stdin.slice(0, length) }).stdout.toString();
  expect(run(stdin.length)).toBe('clamshell: started\nreply');
  for (let length = 0; length < stdin.length; length += 1) expect(run(length)).toBe('');
});

describe('what the sandbox answers', () => {
  test.each([
    ['nothing', {}, 'COMMAND_NOT_STARTED'],
    ['something else', { stdout: Buffer.from('dd: not found') }, 'COMMAND_NOT_STARTED'],
    ['half a mark', { stdout: Buffer.from('clamshell: start') }, 'COMMAND_NOT_STARTED'],
    [
      'more on stderr than was asked for',
      { stdout: Buffer.from('clamshell: started\n'), stderr: Buffer.alloc(5) },
      'OUTPUT_LIMIT',
    ],
  ])('%s is refused', async (_what, reply, code) => {
    const channel = createShellRequestChannel(recordingShell(reply).shell);
    await expect(channel.request(REQUEST)).rejects.toMatchObject({ code });
  });

  test('a reply is what follows the mark, and the status', async () => {
    const reply = { code: 7, stdout: Buffer.from('clamshell: started\nabcd'), stderr: Buffer.from('efgh') };
    const { status, stdout, stderr } = await createShellRequestChannel(recordingShell(reply).shell).request(
      REQUEST,
    );
    expect([status, String(stdout), String(stderr)]).toEqual([7, 'abcd', 'efgh']);
  });
});
