/**
 * A value: in quotes, also those of JSON inside JSON, to the closing one wherever that is, else a word. No form fails
 * once it has begun to read, so that nothing is read twice.
 */
const VALUE = String.raw`(?!\[secret\])(?:\\{1,8}"[^"]*"?|"(?:[^"\\]|\\[^])*"?|'(?:[^'\\]|\\[^])*'?|[^\s,;"'\0]*\w[^\s,;"'\0]*)`;

/** Escape sequences as they were made visible, each with its mark behind it. */
const COLOUR = String.raw`(?:\\x(?:1b\[|9b)[^\0\s]{0,80}\0)*`;

/** Between a name and its value. */
const IS = String.raw`\\*["']?${COLOUR}\s{0,9}[=:]\s{0,9}${COLOUR}`;

/** The end of a name that says what its value is. */
const SECRET_NAME =
  '(?:api|access|secret|private|signing|encryption|account|auth|master|shared|license)[-_.]?key(?:[-_.]?id)?|token|secret|password|passwd|passphrase|credentials?';

/** Not in the middle of a word: each pattern then begins once per word, which keeps the whole linear. */
const START = String.raw`(?<![\w.-])`;

/** In this order: what holds other secrets goes first. Each takes a time in proportion to the text, whatever it is. */
export const SECRETS: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    '[private key]',
  ],
  [/(?<![\w.+-])((?:https?|wss?):\/\/)[^\s/@"'<>]+@(?:[^\s/@"'<>]*@)*/gi, '$1[credentials]@'],
  [
    /(?<![\w.+-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@:"'<>]*:[^\s/@"'<>]*@(?:[^\s/@"'<>]*@)*/gi,
    '$1[credentials]@',
  ],
  [/(?<![\w-])((?:set-)?cookie\\*["']?\s{0,9}:\s{0,9})[^\n]+/gi, '$1[cookie]'],
  [
    /(?<![\w-])((?:proxy-)?authorization\\*["']?\s{0,9}[:=]\s{0,9}\\*["']?)(?:[a-z]{1,20}\s{1,9}[^\s"',;\0]+|[^\s"',;\0]{16,})/gi,
    '$1[token]',
  ],
  [new RegExp(String.raw`${START}([\w.-]*(?:${SECRET_NAME})${IS})${VALUE}`, 'gi'), '$1[secret]'],
  // In capitals, as variables are: SORT_KEY=x is taken along, sort_key=x is not.
  [new RegExp(String.raw`${START}([A-Z0-9_]*_(?:KEY|PAT|PASS|PW|PSK)${IS})${VALUE}`, 'g'), '$1[secret]'],
  [
    new RegExp(
      String.raw`(?<![\w-])(--[\w-]*(?:${SECRET_NAME})\s{1,9})(?=[^\s\d]{0,200}\d)[^\s"']{8,}`,
      'gi',
    ),
    '$1[secret]',
  ],
  [/\b(bearer|basic)(\s{1,9})(?:(?=[\w.~+/=-]{0,200}\d)[\w.~+/=-]{8,}|[\w.~+/=-]{24,})/gi, '$1$2[token]'],
  [/(?<![\w-])eyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)*/g, '[token]'],
  [
    /(?<![A-Za-z0-9])(?:(?:AKIA|ASIA|AGPA|AIDA|AROA)[A-Z0-9]{16}|gh[opusr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,}|AIza[\w-]{30,}|ya29\.[\w-]{16,}|hf_\w{20,}|[rsp]k_(?:live|test)_\w{16,}|(?:xox[abeoprs]|xapp)-[\w-]{10,}|nvapi-[\w-]{16,}|sk-(?=[\w-]{0,200}\d)[\w-]{16,})/g,
    '[token]',
  ],
];
