import type { Argv } from '@clamshell/core';

/**
 * One piece of a word in the quoting that the gateway's tool uses: plain characters, a single-quoted run, or the
 * double-quoted apostrophe between two such runs (openshell §2.1). `%` is left out even inside quotes, since OpenSSH
 * would expand it there; so are control characters. Nothing else is understood.
 */
const PIECE = /(?<plain>[A-Za-z0-9./_-]+)|'(?<quoted>[^'%\p{Cc}]*)'|"(?<apostrophe>')"/uy;

/** The words of `text`; `undefined` when there is none, or when any character is outside the accepted quoting. */
export function splitWords(text: string): Argv | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < text.length) {
    const word = readWord(text, at);
    if (word === undefined) return undefined;
    words.push(word.value);
    if (word.end < text.length && text[word.end] !== ' ') return undefined;
    at = word.end + 1;
  }
  const [program, ...rest] = words;
  return program === undefined || program === '' || text.endsWith(' ') ? undefined : [program, ...rest];
}

function readWord(text: string, start: number): { readonly value: string; readonly end: number } | undefined {
  let value = '';
  let end = start;
  for (PIECE.lastIndex = start; ; end = PIECE.lastIndex) {
    const piece = PIECE.exec(text);
    if (piece === null) return end === start ? undefined : { value, end };
    const { plain, quoted, apostrophe } = piece.groups ?? {};
    value += plain ?? quoted ?? apostrophe ?? '';
  }
}
