import fs from 'node:fs';

import { expect } from 'vitest';

import type { BridgePath, FsBridge } from '@clamshell/core';

import { bytes, failsWith, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

type Attempt = (bridge: FsBridge, at: BridgePath, spare: BridgePath) => Promise<unknown>;

/** Every operation that follows a link at the end of its path. */
const FOLLOWING: Readonly<Record<string, Attempt>> = {
  stat: (bridge, at) => bridge.stat(at),
  list: (bridge, at) => bridge.list(at),
  canonical: (bridge, at) => bridge.canonical(at),
  read: (bridge, at) => bridge.read(at, { maxBytes: 99 }),
  write: (bridge, at) => bridge.write(at, bytes('x'), { parents: true }),
  append: (bridge, at) => bridge.append(at, bytes('x'), { parents: true }),
  makeDirectory: (bridge, at) => bridge.makeDirectory(at),
  'copy from': (bridge, at, spare) => bridge.copy({ from: at, to: spare }),
  'copy to': (bridge, at, spare) => bridge.copy({ from: spare, to: at }, { parents: true }),
};

/** Every operation on the thing itself. */
const ITSELF: Readonly<Record<string, Attempt>> = {
  lstat: (bridge, at) => bridge.lstat(at),
  createExclusive: (bridge, at) => bridge.createExclusive(at, bytes('x'), { parents: true }),
  remove: (bridge, at) => bridge.remove(at, { recursive: true, force: true }),
  'rename from': (bridge, at, spare) => bridge.rename({ from: at, to: spare }),
  'rename to': (bridge, at, spare) => bridge.rename({ from: spare, to: at }, { parents: true }),
};

const QUERIES = ['stat', 'lstat', 'list', 'canonical', 'read', 'copy from'];

/** Nothing outside the mount, and nothing that is closed, is read or changed. */
export function checkConfinement(rule: RuleTest<FsBridgeSubject>): void {
  const escapes = { ...FOLLOWING, ...ITSELF };
  for (const [name, attempt] of Object.entries(escapes)) {
    rule(`${name} is not led out by a link on its way`, async (opened) => {
      const { fs: bridge, at, world, read, given } = speakOf(opened);
      await given({ ...waysOut(world.outside), spare: 'spare' });
      for (const way of Object.keys(waysOut(world.outside))) {
        const led = attempt(bridge, at(`${way}/secret`), at('spare'));
        await expect(led, way).rejects.toMatchObject(failsWith('PATH_ESCAPES'));
      }
      expect(read('spare')).toBe('spare');
      expectUntouched(world.outside);
    });
  }

  for (const [name, attempt] of Object.entries(FOLLOWING)) {
    rule(`${name} is not led out by a link at the end`, async (opened) => {
      const { fs: bridge, at, world, read, given } = speakOf(opened);
      const ends = {
        'end-absolute': `-> ${world.outside}/secret`,
        'end-relative': '-> ../../outside/secret',
        'end-new': '-> ../../outside/new',
        'end-chained': '-> end-relative',
        'end-loop': '-> end-loop',
      };
      await given({ ...ends, spare: 'spare' });
      for (const end of Object.keys(ends)) {
        const led = attempt(bridge, at(end), at('spare'));
        await expect(led, end).rejects.toMatchObject(failsWith('PATH_ESCAPES'));
      }
      expect(read('spare')).toBe('spare');
      expectUntouched(world.outside);
    });
  }

  rule('links that stay inside are followed, however they are written', async (opened) => {
    const { fs: bridge, at, world, read, given } = speakOf(opened);
    const root = world.main[opened.truth];
    const links = {
      relative: '-> dir/sub',
      absolute: `-> ${root}/dir/sub`,
      upwards: '-> dir/sub/../../dir/./sub/',
      chained: '-> absolute',
      'dir/sub/self': '-> .',
      'dir/sub/top': '-> ../..',
    };
    await given({ 'dir/sub/file': 'found', ...links });
    const names = ['relative', 'absolute', 'upwards', 'chained', 'chained/self/self', 'relative/top/dir/sub'];
    for (const name of names) {
      const found = await bridge.read(at(`${name}/file`), { maxBytes: 9 });
      expect(Buffer.from(found.bytes).toString()).toBe('found');
      expect(found.canonical).toBe('dir/sub/file');
    }
    await bridge.write(at('chained/new'), bytes('x'));
    expect(read('dir/sub/new')).toBe('x');
  });

  const mutations = Object.entries(escapes).filter(([name]) => !QUERIES.includes(name));
  for (const [name, attempt] of mutations) {
    rule(`${name} leaves alone what is closed to writes`, async (opened) => {
      const { fs: bridge, at, inSealed, world, read, given } = speakOf(opened);
      await given({ file: 'sealed' }, world.sealed);
      await given({ '.agents/skills/a/file': 'skill', 'to-skills': '-> .agents/skills', spare: 'spare' });
      const readOnly = failsWith('FILE_READ_ONLY');
      const places = [inSealed('file'), inSealed('new'), at('.agents/skills/a/file'), at('to-skills/new')];
      for (const place of places) {
        await expect(attempt(bridge, place, at('spare'))).rejects.toMatchObject(readOnly);
      }
      expect([read('file', world.sealed), read('.agents/skills/a/file'), read('spare')]).toEqual([
        'sealed',
        'skill',
        'spare',
      ]);
    });
  }

  rule('no directory above a closed one is removed or renamed', async (opened) => {
    const { fs: bridge, at, read, given } = speakOf(opened);
    await given({ '.agents/skills/file': 'skill', '.agents/beside': 'x' });
    const readOnly = failsWith('FILE_READ_ONLY');
    const removal = bridge.remove(at('.agents'), { recursive: true, force: true });
    await expect(removal).rejects.toMatchObject(readOnly);
    const move = bridge.rename({ from: at('.agents'), to: at('agents') });
    await expect(move).rejects.toMatchObject(readOnly);
    await bridge.write(at('.agents/beside'), bytes('y'));
    await bridge.copy({ from: at('.agents/skills/file'), to: at('copied') });
    expect([read('.agents/skills/file'), read('.agents/beside'), read('copied')]).toEqual([
      'skill',
      'y',
      'skill',
    ]);
  });
}

function waysOut(outside: string): Readonly<Record<string, string>> {
  return {
    'way-absolute': `-> ${outside}`,
    'way-relative': '-> ../../outside',
    'way-root': '-> /',
    'way-parent': '-> ..',
    'way-chained': '-> way-relative',
    'way-evil': `-> ${outside}/../outside`,
    'way-loop': '-> way-loop',
  };
}

function expectUntouched(outside: string): void {
  expect(fs.readdirSync(outside)).toEqual(['secret']);
  expect(fs.readFileSync(`${outside}/secret`, 'utf8')).toBe('not yours');
}
