import { describe, expect, test, vi } from 'vitest';

import { describeCliShell, sharedTransport } from './cli-suites.ts';
import { whyNoLocalGateway } from './local-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const connect = sharedTransport('0.0.111');
describeCliShell('0.0.111', connect, { isBrief: true });

/** Reads an output to its end and forgets it. */
async function drain(output: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of output) continue;
}

describe.skipIf(whyNoLocalGateway() !== undefined)('commands through the tool', () => {
  const sh = (script: string): readonly [string, ...string[]] => ['sh', '-c', script];
  const text = async (script: string) => {
    const { shell } = await connect();
    const { code, stdout } = await shell.run({ argv: sh(script), maxOutputBytes: 65_536 });
    return { code, stdout: Buffer.from(stdout).toString() };
  };
  const pidIn = (file: string) =>
    vi.waitFor(
      async () => {
        const { stdout } = await text(`cat ${file}`);
        expect(stdout).toMatch(/^[0-9]+\n$/);
        return stdout.trim();
      },
      { timeout: 60_000, interval: 200 },
    );

  test.each([0, 1, 2, 63, 124, 125, 126, 127, 128, 143, 255])('the status %i arrives', async (status) => {
    await expect(text(`exit ${status}`)).resolves.toMatchObject({ code: status });
  });

  test('a signal and an abort reach the whole tree', async () => {
    const { shell } = await connect();
    const tree = (file: string) => sh(`trap '' TERM; setsid sleep 1000 & echo $! >${file}; sleep 1000`);
    const killed = await shell.spawn({ argv: tree('tree-1') });
    await killed.stdin.end();
    const first = await pidIn('tree-1');
    await killed.kill('KILL');
    await Promise.all([drain(killed.stdout), drain(killed.stderr)]);
    await expect(killed.exit).resolves.toEqual({ code: 137 });
    const controller = new AbortController();
    const aborted = await shell.spawn({ argv: tree('tree-2') }, { signal: controller.signal });
    await aborted.stdin.end();
    const second = await pidIn('tree-2');
    controller.abort('enough');
    await expect(aborted.exit).rejects.toBe('enough');
    await expect(text(`kill -0 ${first} || kill -0 ${second}`)).resolves.not.toMatchObject({ code: 0 });
  });

  test('a signal to a command that is over is harmless, and input beyond 4 MiB is refused', async () => {
    const { shell } = await connect();
    const over = await shell.spawn({ argv: ['true'] });
    await over.stdin.end();
    await Promise.all([drain(over.stdout), drain(over.stderr)]);
    await expect(over.exit).resolves.toEqual({ code: 0 });
    await over.kill('KILL');
    const stdin = Buffer.alloc(4 * 1024 * 1024 + 1);
    await expect(shell.run({ argv: ['cat'], stdin, maxOutputBytes: 10 })).rejects.toMatchObject({
      code: 'LIMIT_EXCEEDED',
    });
  });

  test('noise of a login profile is taken out, on both outputs (§2.5)', async () => {
    await text('echo "echo noise; echo noise >&2" >~/.profile');
    const { shell } = await connect();
    const result = await shell.run({ argv: sh('echo said; echo err >&2'), maxOutputBytes: 100 });
    expect([result.stdout, result.stderr].map(String)).toEqual(
      [Buffer.from('said\n'), Buffer.from('err\n')].map(String),
    );
    await text('rm ~/.profile');
  });

  test('a cut stream is never a status, though the tool says 0 (§1.4)', async () => {
    const { shell } = await connect();
    const cut = await shell.spawn({ argv: sh('echo begun; sleep 1000') });
    await cut.stdin.end();
    const output = cut.stdout[Symbol.asyncIterator]();
    await expect(output.next()).resolves.toMatchObject({ done: false });
    // The sandbox ends with its supervisor, so this comes last.
    await expect(text('kill -9 -1')).rejects.toMatchObject({ name: 'CommandError' });
    await Promise.allSettled([output.next(), drain(cut.stderr)]);
    await expect(cut.exit).rejects.toMatchObject({ code: 'EXIT_UNKNOWN' });
  });
});
