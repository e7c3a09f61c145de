import { expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { drawTree, type Mark } from './plan-tree.ts';

const mark = (path: string, sign: Mark['mark'] = '+', side: Mark['side'] = 'sandbox'): Mark => {
  return { path: parseRelPath(path), mark: sign, side };
};

test.each<[string, Mark[], string[]]>([
  ['nothing', [], []],
  ['a path at the root', [mark('a', '-', 'host')], ['- ← a']],
  [
    'directories stand once, before what is in them, whatever the order',
    [mark('a/b/z', '~'), mark('c', '!', 'both'), mark('a/b/a')],
    ['    a/', '      b/', '+ →     a', '~ →     z', '! ↔ c'],
  ],
  ['a directory that is itself in the plan', [mark('a/b'), mark('a')], ['+ → a', '+ →   b']],
  [
    'names sort by part: a.txt is not inside a',
    [mark('a.txt'), mark('a/x')],
    ['    a/', '+ →   x', '+ → a.txt'],
  ],
  ['a name can’t drive the terminal', [mark('a\x1b[2J\n')], ['+ → a\\x1b[2J\\n']],
])('%s', (_rule, marks, lines) => {
  expect(drawTree(marks)).toEqual(lines);
});
