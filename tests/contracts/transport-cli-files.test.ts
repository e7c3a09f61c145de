import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';

import { parseHostPath, parseRemotePath } from '@clamshell/core';

import { describeFileTransferContract } from '@clamshell/testkit';
import { createCliConnector } from '@clamshell/transport-cli';

import { openLocalGateway, whyNoLocalGateway } from './local-gateway.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

type Connected = Awaited<ReturnType<ReturnType<typeof createCliConnector>['connect']>>;
let connected: Promise<Connected> | undefined;

async function connect(): Promise<Connected> {
  const { gateway, options, newName } = world.use(await openLocalGateway());
  const { name } = await gateway.create({ name: newName(), labels: {} });
  return createCliConnector(options).connect(name);
}

describeFileTransferContract('transport-cli over the local gateway', {
  async open() {
    const { shell, files } = await (connected ??= connect());
    if (files === undefined) throw new TypeError('this transport carries files');
    return { subject: files, shell, [Symbol.asyncDispose]: () => Promise.resolve() };
  },
  incapable: [
    {
      reason: 'a download is put in place whole, so that nothing of it is seen before',
      rules: ['an abort ends a transfer with its own reason, and others go on'],
    },
  ],
  unavailable: whyNoLocalGateway(),
});

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
    const { shell, files } = await (connected ??= connect());
    await shell.run({ argv: ['ln', '-sfn', '/etc', 'escape'], maxOutputBytes: 100 });
    const download = files?.download({ from: parseRemotePath(from), to: host('down') });
    await expect(download).rejects.toMatchObject({ name: 'ConfigError', code: 'PATH_ESCAPES' });
  });

  test('what git ignores goes up too (§1.8)', async () => {
    const { shell, files } = await (connected ??= connect());
    mkdirSync(path.join(host('up'), '.git'), { recursive: true });
    writeFileSync(path.join(host('up'), '.gitignore'), '*');
    await files?.upload({ from: host('up'), to: parseRemotePath('/sandbox/ignored') });
    const { stdout } = await shell.run({ argv: ['ls', '-A', 'ignored'], maxOutputBytes: 100 });
    expect(Buffer.from(stdout).toString()).toBe('.git\n.gitignore\n');
  });
});
