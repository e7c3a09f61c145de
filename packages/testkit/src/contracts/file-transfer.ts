import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { describe, expect, vi } from 'vitest';

import {
  type FileTransfer,
  type HostPath,
  parseHostPath,
  parseRemotePath,
  type RemotePath,
  type ShellRunner,
} from '@clamshell/core';

import { type ContractHarness, contractRules, type Subject } from './harness.ts';
import { runText, sh } from './shell-commands.ts';

export type FileTransferSubject = Subject<FileTransfer> & {
  /** Commands in the same sandbox, to look at what has arrived. */
  readonly shell: ShellRunner;
};

/** Everything a rule works with; gone after it. */
interface Place {
  readonly files: FileTransfer;
  readonly shell: ShellRunner;
  /** A directory of this machine that does not exist, below one that does. */
  host(name: string): HostPath;
  /** The same in the sandbox. */
  sandbox(name: string): RemotePath;
}

/** What every transfer of whole directories does. */
export function describeFileTransferContract(
  name: string,
  harness: ContractHarness<FileTransferSubject>,
): void {
  describe(`FileTransfer: ${name}`, () => {
    const { rule, finish } = contractRules(harness);
    const inPlace: PlaceRule = (title, check) => rule(title, (opened) => withPlace(opened, check));
    checkContents(inPlace);
    checkTargets(inPlace);
    checkAborts(inPlace);
    finish();
  });
}

type PlaceRule = (rule: string, check: (place: Place) => Promise<void>) => void;

async function withPlace(
  { subject: files, shell }: FileTransferSubject,
  check: (place: Place) => Promise<void>,
): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clamshell-transfer-'));
  const remote = (await runText(shell, sh('mkdir transfer-$$ && cd transfer-$$ && pwd'))).stdout.trim();
  try {
    await check({
      files,
      shell,
      host: (name) => parseHostPath(path.join(directory, name)),
      sandbox: (name) => parseRemotePath(`${remote}/${name}`),
    });
  } finally {
    await runText(shell, sh('chmod -R u+rwx "$1"; rm -rf "$1"', remote));
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

/** A little of everything that a directory can hold. */
function makeTree(root: string): void {
  const file = (name: string, content: string | Uint8Array, mode = 0o644) => {
    fs.writeFileSync(path.join(root, name), content);
    fs.chmodSync(path.join(root, name), mode);
    fs.utimesSync(path.join(root, name), 1_600_000_000, 1_600_000_000);
  };
  fs.mkdirSync(path.join(root, 'deep/er/still'), { recursive: true });
  fs.mkdirSync(path.join(root, 'empty'));
  file('plain', 'text\n');
  file('nothing', '');
  file('run me', '#!/bin/sh\n', 0o755);
  file('deep/er/still/bytes', randomBytes(1_000_001));
  file(`it's "quoted" $(id) \\ *`, 'x');
  file('-rf', 'an option in name only');
  file('line\nbreak', 'x');
  file(`${'long'.repeat(60)}.txt`, 'x');
  file('.hidden', 'x');
  file('ä💥', 'x');
  fs.symlinkSync('plain', path.join(root, 'link'));
  fs.symlinkSync('/nowhere/at all', path.join(root, 'dangling'));
  fs.symlinkSync('deep', path.join(root, 'to directory'));
}

/** Path, kind, permission, seconds and content of everything, sorted. */
function snapshot(root: string): readonly string[] {
  const lines: string[] = [];
  const visit = (relative: string) => {
    for (const name of fs.readdirSync(path.join(root, relative)).toSorted()) {
      const each = path.join(relative, name);
      const stat = fs.lstatSync(path.join(root, each));
      if (stat.isDirectory()) {
        lines.push(`${each} directory ${(stat.mode & 0o777).toString(8)}`);
        visit(each);
      } else if (stat.isSymbolicLink()) lines.push(`${each} -> ${fs.readlinkSync(path.join(root, each))}`);
      else {
        const digest = createHash('sha256')
          .update(fs.readFileSync(path.join(root, each)))
          .digest('hex');
        lines.push(`${each} ${(stat.mode & 0o777).toString(8)} ${Math.floor(stat.mtimeMs / 1000)} ${digest}`);
      }
    }
  };
  visit('');
  return lines;
}

function checkContents(rule: PlaceRule): void {
  rule('what goes up and comes down is the same', async ({ files, host, sandbox }) => {
    fs.mkdirSync(host('up'));
    makeTree(host('up'));
    const up = await files.upload({ from: host('up'), to: sandbox('tree') });
    const down = await files.download({ from: sandbox('tree'), to: host('down') });
    expect(snapshot(host('down'))).toEqual(snapshot(host('up')));
    expect([up.files, up.bytes]).toEqual([down.files, down.bytes]);
    expect(up.files).toBe(13);
    expect(up.bytes).toBeGreaterThan(1_000_000);
    expect(up.phases.length).toBeGreaterThan(0);
  });

  rule('contents go into contents, nothing nested under a name', async ({ files, shell, host, sandbox }) => {
    fs.mkdirSync(host('up'));
    fs.writeFileSync(path.join(host('up'), 'file'), 'x');
    await files.upload({ from: host('up'), to: sandbox('made/with/parents') });
    expect(await runText(shell, ['ls', '-A', sandbox('made/with/parents')])).toMatchObject({
      stdout: 'file\n',
    });
  });

  rule('an empty directory is one', async ({ files, host, sandbox }) => {
    fs.mkdirSync(host('up'));
    expect(await files.upload({ from: host('up'), to: sandbox('tree') })).toMatchObject({
      files: 0,
      bytes: 0,
    });
    expect(await files.download({ from: sandbox('tree'), to: host('down') })).toMatchObject({ files: 0 });
    expect(fs.readdirSync(host('down'))).toEqual([]);
  });

  rule('a thousand files and a large one arrive, with progress', async ({ files, host, sandbox }) => {
    fs.mkdirSync(host('up'));
    for (let index = 0; index < 1000; index += 1)
      fs.writeFileSync(path.join(host('up'), `f${index}`), `${index}`);
    fs.writeFileSync(path.join(host('up'), 'large'), randomBytes(20 * 1024 * 1024));
    const seen: number[] = [];
    const progress = (now: { readonly bytes: number }) => void seen.push(now.bytes);
    await files.upload({ from: host('up'), to: sandbox('tree') }, { progress });
    await files.download({ from: sandbox('tree'), to: host('down') }, { progress });
    expect(snapshot(host('down'))).toEqual(snapshot(host('up')));
    expect(Math.max(...seen)).toBeGreaterThan(20 * 1024 * 1024);
  });

  rule('two names of one file come as two files', async ({ files, shell, host, sandbox }) => {
    const made = await runText(
      shell,
      sh('mkdir "$1" && echo x >"$1/a" && ln "$1/a" "$1/b"', sandbox('tree')),
    );
    expect(made.code).toBe(0);
    await files.download({ from: sandbox('tree'), to: host('down') });
    expect(fs.readFileSync(path.join(host('down'), 'b'), 'utf8')).toBe('x\n');
  });
}

function checkTargets(rule: PlaceRule): void {
  rule(
    'a target that holds something is refused and left as it was',
    async ({ files, shell, host, sandbox }) => {
      fs.mkdirSync(host('up'));
      await files.upload({ from: host('up'), to: sandbox('tree') });
      await runText(shell, ['touch', `${sandbox('tree')}/there`]);
      await expect(files.upload({ from: host('up'), to: sandbox('tree') })).rejects.toMatchObject({
        code: 'FILE_EXISTS',
      });
      fs.mkdirSync(host('down'));
      fs.writeFileSync(path.join(host('down'), 'there'), 'x');
      const download = files.download({ from: sandbox('tree'), to: host('down') });
      await expect(download).rejects.toMatchObject({ code: 'FILE_EXISTS' });
      expect(fs.readFileSync(path.join(host('down'), 'there'), 'utf8')).toBe('x');
    },
  );

  rule('a source that is missing is said to be', async ({ files, host, sandbox }) => {
    const upload = files.upload({ from: host('missing'), to: sandbox('tree') });
    await expect(upload).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const download = files.download({ from: sandbox('missing'), to: host('down') });
    await expect(download).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  rule('a download without a parent for it is refused', async ({ files, shell, host, sandbox }) => {
    await runText(shell, ['mkdir', sandbox('tree')]);
    const download = files.download({ from: sandbox('tree'), to: host('no/such/place') });
    await expect(download).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  rule('what is no file, directory or link is refused', async ({ files, shell, host, sandbox }) => {
    await runText(shell, sh('mkdir "$1" && mkfifo "$1/fifo"', sandbox('tree')));
    const download = files.download({ from: sandbox('tree'), to: host('down') });
    await expect(download).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
  });
}

function checkAborts(rule: PlaceRule): void {
  rule(
    'an abort ends a transfer with its own reason, and others go on',
    async ({ files, shell, host, sandbox }) => {
      await runText(shell, sh('mkdir "$1" && head -c 100000000 /dev/zero >"$1/large"', sandbox('large')));
      const controller = new AbortController();
      const download = files.download(
        { from: sandbox('large'), to: host('down') },
        { signal: controller.signal },
      );
      await vi.waitFor(() => expect(fs.existsSync(path.join(host('down'), 'large'))).toBe(true), {
        timeout: 10_000,
        interval: 1,
      });
      controller.abort('enough');
      await expect(download).rejects.toBe('enough');
      fs.mkdirSync(host('up'));
      await expect(files.upload({ from: host('up'), to: sandbox('after') })).resolves.toMatchObject({
        files: 0,
      });
    },
  );

  rule('an abort that came before transfers nothing', async ({ files, host, sandbox }) => {
    const signal = AbortSignal.abort('no');
    fs.mkdirSync(host('up'));
    await expect(files.upload({ from: host('up'), to: sandbox('tree') }, { signal })).rejects.toBe('no');
    await expect(files.download({ from: sandbox('tree'), to: host('down') }, { signal })).rejects.toBe('no');
    expect(fs.existsSync(host('down'))).toBe(false);
  });
}
