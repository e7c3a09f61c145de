import { expect } from 'vitest';

import { bytes, type FsBridgeSubject, speakOf } from './fs-world.ts';
import type { RuleTest } from './harness.ts';

/** Names that break what is careless with them (hostile-input rows 42, 44 and 47). */
const NAMES: Readonly<Record<string, string>> = {
  'with spaces': ' a  b ',
  'with quotes': `it's "quoted" \`id\` $(id) $HOME \\`,
  'with newlines': '\nline\n\ntwo\n',
  'with leading dashes': '--checkpoint-action=exec=id',
  'of one dash': '-',
  'of a tilde': '~',
  'of three dots': '...',
  'with patterns': '[a]*?{b,c}',
  'that is no UTF-8': '\xff\xfe\x80\xc3',
  'of control characters': '\x01\x07\x1b]52;c\x7f\r\t',
  'in other scripts': Buffer.from('日本語 é').toString('latin1'),
  'of the shell’s own marks': '\x81\x82\x88',
  'of 255 bytes': 'x'.repeat(255),
  'with a percent sign': '%s%b\\0101',
};

/** Whatever a file is called, it is that file. */
export function checkNames(rule: RuleTest<FsBridgeSubject>): void {
  for (const [kind, name] of Object.entries(NAMES)) {
    rule(`a name ${kind} is a name like any other`, async (opened) => {
      const { fs: bridge, at, read, exists, given } = speakOf(opened);
      await given({ dir: undefined });
      const below = `dir/${name}/${name}`;
      await bridge.write(at(below), bytes('one'), { parents: true });
      expect(read(below)).toBe('one');
      expect((await bridge.list(at(`dir/${name}`))).map((entry) => entry.name)).toEqual([name]);
      expect(await bridge.lstat(at(below))).toMatchObject({ kind: 'file', size: 3 });
      const found = await bridge.read(at(below), { maxBytes: 3 });
      expect([Buffer.from(found.bytes).toString(), found.canonical]).toEqual(['one', below]);
      await bridge.copy({ from: at(below), to: at(name) });
      await bridge.rename({ from: at(name), to: at(`dir/${name.slice(0, 250)}.new`) });
      await bridge.append(at(below), bytes(' two'), { canonical: at(below).path });
      expect([read(`dir/${name.slice(0, 250)}.new`), read(below)]).toEqual(['one', 'one two']);
      await bridge.remove(at(`dir/${name}`), { recursive: true });
      expect(exists(`dir/${name}`)).toBe(false);
    });
  }

  rule('a path of 4,000 bytes is a path like any other', async (opened) => {
    const { fs: bridge, at, given } = speakOf(opened);
    await given({ dir: undefined });
    const path = Array.from({ length: 16 }, (_, index) => String(index).padEnd(249, 'p')).join('/');
    expect(path.length).toBeGreaterThanOrEqual(3999);
    await bridge.write(at(path), bytes('far'), { parents: true });
    expect(Buffer.from((await bridge.read(at(path), { maxBytes: 3 })).bytes).toString()).toBe('far');
    expect(await bridge.stat(at(path))).toMatchObject({ kind: 'file' });
    await bridge.remove(at('0'.padEnd(249, 'p')), { recursive: true });
    expect(await bridge.stat(at(path))).toBeUndefined();
  });
}
