import { SECRETS } from './secrets.ts';

/**
 * Text that may be shown: credentials taken out, and control characters, terminal escapes and what changes the direction
 * or the look of text unseen made visible. Newline and tab stay. Takes a time in proportion to the text. Source:
 * hostile-input rows 44 and 45.
 */
export function redact(text: string): string {
  // The mark keeps the last letter of a colour from looking like the first of a word behind it.
  const marked = text.replaceAll('\0', '\\x00').replace(CONTROL_SEQUENCE, `$&${MARK}`);
  const visible = marked.split(MARK).map(escapeControls).join(MARK);
  const clean = SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), visible);
  return clean.replaceAll(MARK, '');
}

const MARK = '\0';

/** As terminals read them: introducer, parameters, one final letter. */
const CONTROL_SEQUENCE = /(?:\x1b\[|\x9b)[0-?]{0,64}[ -/]{0,8}[@-~]/g;

/** Control characters as `\xNN` or `\u{N}`, so that text from a sandbox can't drive a terminal. Keeps `\n` and `\t`. */
export function escapeControls(text: string): string {
  return text.replace(UNSEEN, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Controls, joiners and marks of zero width, directions, tags, and halves of characters. */
const UNSEEN =
  /[\0-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\u{e0000}-\u{e007f}]/gu;
