import { createHash, randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import { expect } from 'vitest';

import type { ShellRunner } from '@clamshell/core';

import type { RuleTest, Subject } from './harness.ts';
import { drain, firstLine, runText, sh } from './shell-commands.ts';

const MIB = 1024 * 1024;

/** Bytes in both directions, and who waits for whom. */
export function checkStreams(rule: RuleTest<Subject<ShellRunner>>): void {
  rule('every byte value arrives, both ways', async ({ subject }) => {
    const stdin = Buffer.from(Array.from({ length: 256 * 16 }, (_, index) => index % 256));
    const { stdout, stderr } = await subject.run({
      argv: sh('tee copy; cat copy >&2'),
      stdin,
      maxOutputBytes: MIB,
    });
    expect(Buffer.from(stdout).equals(stdin)).toBe(true);
    expect(Buffer.from(stderr).equals(stdin)).toBe(true);
  });

  rule('a command without standard input sees its end', async ({ subject }) => {
    await expect(runText(subject, ['cat'])).resolves.toEqual({ code: 0, stdout: '', stderr: '' });
  });

  rule('no byte of standard input is taken before the command', async ({ subject }) => {
    const { stdout } = await runText(subject, sh('head -c 3; cat'), { stdin: Buffer.from('\n\nabc def') });
    expect(stdout).toBe('\n\nabc def');
  });

  rule('64 MiB come down whole', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh('head -c 67108864 /dev/zero | tr "\\000" x') });
    await process.stdin.end();
    const digest = createHash('sha256');
    let size = 0;
    const read = async () => {
      for await (const chunk of process.stdout) {
        digest.update(chunk);
        size += chunk.length;
      }
    };
    await Promise.all([read(), drain(process.stderr)]);
    expect(size).toBe(64 * MIB);
    expect(digest.digest('hex')).toBe(
      createHash('sha256')
        .update(Buffer.alloc(64 * MIB, 'x'))
        .digest('hex'),
    );
    await expect(process.exit).resolves.toEqual({ code: 0 });
  });

  rule('64 MiB go up whole', async ({ subject }) => {
    const process = await subject.spawn({ argv: ['sha256sum'] });
    const digest = createHash('sha256');
    const piece = randomBytes(MIB);
    const send = async () => {
      for (let sent = 0; sent < 64; sent += 1) {
        digest.update(piece);
        await process.stdin.write(piece);
      }
      await process.stdin.end();
    };
    const [line] = await Promise.all([firstLine(process), send(), drain(process.stderr)]);
    expect(line.slice(0, 64)).toBe(digest.digest('hex'));
    await drain(process.stdout);
    await expect(process.exit).resolves.toEqual({ code: 0 });
  });

  rule('16 MiB of stderr do not stand in the way of stdout', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh('head -c 16777216 /dev/zero >&2; printf done') });
    await process.stdin.end();
    const sizes = await Promise.all([drain(process.stdout), drain(process.stderr)]);
    expect(sizes).toEqual([4, 16 * MIB]);
  });

  rule('both outputs at once arrive whole', async ({ subject }) => {
    const process = await subject.spawn({
      argv: sh('head -c 8388608 /dev/zero & head -c 8388608 /dev/zero >&2; wait'),
    });
    await process.stdin.end();
    await setTimeout(200);
    expect(await Promise.all([drain(process.stdout), drain(process.stderr)])).toEqual([8 * MIB, 8 * MIB]);
  });

  rule('an output that nobody reads stalls the command and keeps no memory', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh('head -c 67108864 /dev/zero; echo over >&2') });
    await process.stdin.end();
    const iterator = process.stderr[Symbol.asyncIterator]();
    const said = iterator.next();
    await expect(Promise.race([said, setTimeout(400, 'still waiting')])).resolves.toBe('still waiting');
    expect(await drain(process.stdout)).toBe(64 * MIB);
    await said;
    await iterator.return?.();
    await expect(process.exit).resolves.toEqual({ code: 0 });
  });

  rule('a command that does not read holds the writer back', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh('read -r go </dev/null; sleep 1; cat | wc -c') });
    let accepted = 0;
    const send = async () => {
      for (; accepted < 32; accepted += 1) await process.stdin.write(Buffer.alloc(MIB));
      await process.stdin.end();
    };
    const sending = send();
    await setTimeout(300);
    expect(accepted).toBeLessThan(24);
    await expect(firstLine(process)).resolves.toMatch(/^ *33554432$/);
    await Promise.all([sending, drain(process.stdout), drain(process.stderr)]);
  });

  rule('an output left early is discarded and the command goes on', async ({ subject }) => {
    const process = await subject.spawn({ argv: sh('head -c 16777216 /dev/zero; exit 9') });
    await process.stdin.end();
    for await (const chunk of process.stdout) {
      if (chunk.length > 0) break;
    }
    await process.stderr[Symbol.asyncIterator]().return?.();
    await expect(process.exit).resolves.toEqual({ code: 9 });
  });

  rule('what is written to a command that has ended is swallowed', async ({ subject }) => {
    const process = await subject.spawn({ argv: ['true'] });
    await Promise.all([drain(process.stdout), drain(process.stderr), process.exit]);
    await process.stdin.write(Buffer.from('late'));
    await process.stdin.end();
    await process.stdin.end();
  });
}
