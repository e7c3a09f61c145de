import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { type Argv, parseRelPath, parseRemotePath, type ShellRunner } from '@clamshell/core';
import { createRemoteFsBridge } from '@clamshell/fs-remote';

/** The shells and tools a sandbox may have: what `sh` is there, and which `stat`, `head` and `cat` come with it. */
const MACHINES: readonly { readonly name: string; readonly shell: Argv; readonly applets: boolean }[] = [
  { name: 'dash and GNU tools', shell: ['dash'], applets: false },
  { name: 'bash and GNU tools', shell: ['bash'], applets: false },
  { name: 'busybox', shell: ['busybox', 'sh'], applets: true },
];

const APPLETS = ['cat', 'head', 'stat'];

describe.each(MACHINES)('a sandbox with $name', ({ shell, applets }) => {
  const [program] = shell;
  const isThere = spawnSync('sh', ['-c', 'command -v "$1"', '_', program]).status === 0;
  const context = describe.skipIf(!isThere && process.env.CI !== 'true');
  if (!isThere) process.stderr.write(`${program} is not installed: its rows of fs-remote are not run\n`);

  context('reads', () => {
    let outside: string;
    let root: string;
    let bin: string;
    const local = () => createRemoteFsBridge({ shell: localShell(), root: parseRemotePath(root) });
    const at = (latin1: string) => Buffer.from(`${root}/${latin1}`, 'latin1');

    beforeAll(() => {
      outside = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'fs-remote-')));
      root = path.join(outside, 'mount');
      bin = path.join(outside, 'bin');
      for (const dir of [root, bin]) fs.mkdirSync(dir);
      if (applets) for (const name of APPLETS) fs.symlinkSync('/bin/busybox', path.join(bin, name));
      fs.writeFileSync(path.join(outside, 'secret'), 'not yours');
      fs.mkdirSync(path.join(root, 'dir'));
      fs.writeFileSync(path.join(root, 'dir/file'), 'content\n');
      fs.symlinkSync('dir', path.join(root, 'inner-link'));
      fs.symlinkSync('..', path.join(root, 'way-out'));
      fs.symlinkSync('../secret', path.join(root, 'final-link'));
    });
    afterAll(() => fs.rmSync(outside, { recursive: true, maxRetries: 5 }));

    function localShell(): ShellRunner {
      const run: ShellRunner['run'] = ({ argv: [, ...rest], stdin, maxOutputBytes }) => {
        const [file, ...first] = shell;
        const env = { PATH: `${bin}:${process.env.PATH}` };
        const argv0 = applets ? file : 'sh'; // Called so, bash behaves as the sh of a sandbox.
        const done = spawnSync(file, [...first, ...rest], {
          argv0,
          input: stdin,
          env,
          maxBuffer: maxOutputBytes,
        });
        return Promise.resolve({ code: done.status ?? 255, stdout: done.stdout, stderr: done.stderr });
      };
      return { run } as ShellRunner;
    }

    test('the entry of a file, with its size and its time to the nanosecond', async () => {
      const entry = await local().lstat(parseRelPath('dir/file'));
      const { mtimeNs } = fs.lstatSync(at('dir/file'), { bigint: true });
      expect(entry).toMatchObject({ kind: 'file', size: 8, mtimeNs });
    });

    test.each([
      ['dir', 'directory'],
      ['final-link', 'symlink'],
    ])('%s as a %s', async (name, kind) => {
      expect(await local().lstat(parseRelPath(name))).toMatchObject({ kind });
    });

    test.each(['nothing', 'dir/nothing', 'nothing/at/all', 'dir/file/below'])(
      '%s as absent',
      async (name) => {
        expect(await local().lstat(parseRelPath(name))).toBeUndefined();
        const content = local().read(parseRelPath(name), { maxBytes: 9 });
        await expect(content).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
      },
    );

    test.each([
      ['way-out/secret', 'PATH_ESCAPES'],
      ['inner-link/file', 'PATH_ESCAPES'],
      ['inner-link/../../secret', 'PATH_INVALID'],
      ['final-link', 'FILE_KIND'],
      ['dir', 'FILE_KIND'],
    ])('nothing through %s: %s', async (name, code) => {
      const content = async () => local().read(parseRelPath(name), { maxBytes: 100 });
      await expect(content()).rejects.toMatchObject({ code });
    });

    test('a pipe without waiting for a writer', async () => {
      spawnSync('mkfifo', [path.join(root, 'pipe')]);
      expect(await local().lstat(parseRelPath('pipe'))).toMatchObject({ kind: 'special' });
      const content = local().read(parseRelPath('pipe'), { maxBytes: 1 });
      await expect(content).rejects.toMatchObject({ code: 'FILE_KIND' });
    });

    test('content up to the cap, and nothing of a file beyond it', async () => {
      const file = parseRelPath('dir/file');
      expect(Buffer.from(await local().read(file, { maxBytes: 8 })).toString()).toBe('content\n');
      await expect(local().read(file, { maxBytes: 7 })).rejects.toMatchObject({ code: 'OUTPUT_LIMIT' });
    });

    test('any bytes under any name', async () => {
      const name = fc
        .uint8Array({ minLength: 1, maxLength: 40 })
        .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0 && byte !== 0x2f)).toString('latin1'))
        .filter(
          (text) => !['', '.', '..', 'dir', 'inner-link', 'way-out', 'final-link', 'pipe'].includes(text),
        );
      const property = fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), async (text, content) => {
        fs.writeFileSync(at(text), content);
        const read = await local().read(parseRelPath(text), { maxBytes: 300 });
        fs.rmSync(at(text));
        expect(Buffer.from(read)).toEqual(Buffer.from(content));
      });
      await fc.assert(property, {
        numRuns: 25,
        examples: [
          ['\n', new Uint8Array([10])],
          ['-rf', new Uint8Array()],
          ['\xff$(id)', new Uint8Array([0, 13])],
        ],
      });
    });

    test('nothing from outside while a directory and a link take turns under one name', async () => {
      fs.mkdirSync(at('turns'));
      fs.writeFileSync(at('turns/secret'), 'yours');
      const swap = 'while :; do mv turns aside; ln -s .. turns; rm turns; mv aside turns; done';
      const swapper = spawn('sh', ['-c', swap], { cwd: root, stdio: 'ignore' });
      const reads: string[] = [];
      for (let turn = 0; turn < 40; turn += 1) reads.push(await readText('turns/secret'));
      swapper.kill('SIGKILL');
      expect(reads).not.toContain('not yours');
    });

    async function readText(name: string): Promise<string> {
      try {
        return Buffer.from(await local().read(parseRelPath(name), { maxBytes: 100 })).toString();
      } catch (error) {
        expect(error).toMatchObject({ name: 'FsError' });
        return 'refused';
      }
    }

    test('of a mount without a root that the root is missing', async () => {
      const bridge = createRemoteFsBridge({ shell: localShell(), root: parseRemotePath(`${outside}/none`) });
      await expect(bridge.lstat(parseRelPath('x'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    });
  });
});
