import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { beforeEach, describe, expect, test, vi } from 'vitest';

import { parseHostPath, parseRemotePath } from '@clamshell/core';

import { describeCliFiles, sharedTransport } from './cli-suites.ts';
import { whyNoLocalGateway } from './local-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const connect = sharedTransport('0.0.111');
describeCliFiles('0.0.111', connect);

describe.skipIf(whyNoLocalGateway() !== undefined)('transfer through the tool', () => {
  let directory = '';
  beforeEach(() => {
    directory = mkdtempSync(path.join(os.tmpdir(), 'clamshell-cli-files-'));
    return () => rmSync(directory, { recursive: true, force: true });
  });
  const host = (name: string) => parseHostPath(path.join(directory, name));

  test.each([
    ['/etc', 'a place outside the workspace'],
    ['/sandbox/escape', 'a link that leads out of it'],
  ])('%s is refused before the tool is asked: %s (§1.9)', async (from) => {
    const { shell, files } = await connect();
    await shell.run({ argv: ['ln', '-sfn', '/etc', 'escape'], maxOutputBytes: 100 });
    const download = files?.download({ from: parseRemotePath(from), to: host('down') });
    await expect(download).rejects.toMatchObject({ name: 'ConfigError', code: 'PATH_ESCAPES' });
  });

  test('what git ignores goes up too (§1.8)', async () => {
    const { shell, files } = await connect();
    mkdirSync(path.join(host('up'), '.git'), { recursive: true });
    writeFileSync(path.join(host('up'), '.gitignore'), '*');
    await files?.upload({ from: host('up'), to: parseRemotePath('/sandbox/ignored') });
    const { stdout } = await shell.run({ argv: ['ls', '-A', 'ignored'], maxOutputBytes: 100 });
    expect(Buffer.from(stdout).toString()).toBe('.git\n.gitignore\n');
  });

  test('a download ends once it is larger than the sandbox said, whatever its own tar sends', async () => {
    const { shell, files } = await connect();
    const script = `
      mkdir -p small && echo x >small/file && truncate -s 8G huge &&
      echo 'tar() { case $1 in cf) command tar cf - -C /sandbox huge ;; *) command tar "$@" ;; esac; }' >~/.profile`;
    await shell.run({ argv: ['sh', '-c', script], maxOutputBytes: 1000 });
    try {
      const download = files?.download({ from: parseRemotePath('/sandbox/small'), to: host('down') });
      await expect(download).rejects.toMatchObject({ code: 'ARCHIVE_INVALID' });
      expect(readdirSync(directory)).toEqual([]);
    } finally {
      await shell.run({ argv: ['sh', '-c', 'rm -f ~/.profile huge'], maxOutputBytes: 1000 });
    }
  });
});
