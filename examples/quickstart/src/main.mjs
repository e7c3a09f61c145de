import { readFileSync } from 'node:fs';

import { countWords } from './word-count.mjs';

const [file] = process.argv.slice(2);
for (const [word, count] of countWords(readFileSync(file, 'utf8')).slice(0, 5))
  console.log(`${count}\t${word}`);
