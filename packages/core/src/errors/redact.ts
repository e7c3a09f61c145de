const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s/@]+@/gi, '$1[credentials]@'],
  [/\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, '$1 [token]'],
  [
    /\b([A-Z0-9_]*(?:API_?KEY|TOKEN|SECRET|PASSWORD|PASSWD|PRIVATE_KEY))(\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;]+)/gi,
    '$1$2[secret]',
  ],
];

/**
 * Text that may be shown: credentials taken out, and control characters, terminal escapes and bidirectional overrides
 * made visible. Newline and tab stay. Source: hostile-input rows 44 and 45.
 */
export function redact(text: string): string {
  const clean = SECRETS.reduce((rest, [pattern, replacement]) => rest.replace(pattern, replacement), text);
  return escapeControls(clean);
}

/** Control characters as `\xNN` or `\u{N}`, so that text from a sandbox can't drive a terminal. Keeps `\n` and `\t`. */
export function escapeControls(text: string): string {
  return text.replace(/[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g, (char) => {
    const code = char.charCodeAt(0);
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
