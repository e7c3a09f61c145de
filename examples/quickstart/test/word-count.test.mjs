import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { countWords } from '../src/word-count.mjs';

test('the most frequent word comes first', () => {
  assert.deepEqual(countWords('b a b'), [
    ['b', 2],
    ['a', 1],
  ]);
});

test('the link leads to a text with words in it', () => {
  assert.ok(countWords(readFileSync('latest', 'utf8')).length > 5);
});
