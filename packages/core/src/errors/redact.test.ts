import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { escapeControls, redact } from '../index.ts';

const PEM = (kind: string, body: string) =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${body.match(/.{1,64}/g)?.join('\n')}\n-----END ${kind}PRIVATE KEY-----`;

/** How secrets turn up in what tools print. */
const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  'a URL with a password': (secret) => `https://user:${secret}@host/x`,
  'a URL with a token alone': (secret) => `fatal: could not read from 'https://${secret}@github.com/a/b.git'`,
  'a database URL': (secret) => `postgres://app:${secret}@db:5432/main`,
  'a password with an at sign': (secret) => `redis://:a@${secret}@cache/0`,
  'a bearer header': (secret) => `Authorization: Bearer ${secret}`,
  'a basic header in JSON': (secret) => `{"authorization":"Basic ${secret}"}`,
  'a header of another scheme': (secret) => `proxy-authorization: Custom ${secret}`,
  'a bearer token in prose': (secret) => `sent bearer ${secret} to the gateway`,
  'a cookie': (secret) => `set-cookie: session=x; id=${secret}; Path=/`,
  'an API key header': (secret) => `x-api-key: ${secret}`,
  'a variable': (secret) => `OPENAI_API_KEY=${secret}`,
  'an exported variable': (secret) => `export GITHUB_TOKEN='${secret}'`,
  'a variable with blanks in its value': (secret) => `DB_PASSWORD="correct horse ${secret}"`,
  'a value that is cut off': (secret) => `DB_PASSWORD="correct horse ${secret}`,
  'a short kind of name': (secret) => `DEPLOY_KEY=${secret}`,
  JSON: (secret) => `{"name": "x", "apiKey": "${secret}", "n": 1}`,
  'JSON inside JSON': (secret) => String.raw`"{\"clientSecret\":\"${secret}\",\"n\":1}"`,
  'JSON with a quote in the value': (secret) => String.raw`{"password":"a\"${secret}"}`,
  YAML: (secret) => `  db:\n    password: ${secret}\n    host: x`,
  'an INI file': (secret) => `aws_secret_access_key = ${secret}`,
  'an option and its value': (secret) => `openshell login --token ${secret}1 --verbose`,
  'an option with =': (secret) => `--client-secret=${secret}`,
  'after another label': (secret) => `Error: password: ${secret}`,
  'a private key': (secret) => PEM('', `MIIE${secret}`),
  'an RSA key in a variable': (secret) => `KEY="${PEM('RSA ', secret)}"`,
  'an OpenSSH key': (secret) => PEM('OPENSSH ', `b3BlbnNzaC1rZXktdjE${secret}`),
  'a key with escaped line ends': (secret) => PEM('EC ', secret).replaceAll('\n', '\\n'),
  'a key with CR LF': (secret) => PEM('ENCRYPTED ', secret).replaceAll('\n', '\r\n'),
  'a key cut off': (secret) => `-----BEGIN PRIVATE KEY-----\n${secret}`,
  'a PGP key': (secret) =>
    `-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n${secret}\n-----END PGP PRIVATE KEY BLOCK-----`,
  'a JWT': (secret) => `eyJhbGciOiJIUzI1NiJ9.${secret}.${secret}`,
  'a GitHub token': (secret) => `ghp_${secret}`,
  'a fine-grained GitHub token': (secret) => `github_pat_${secret}`,
  'an OpenAI key': (secret) => `key sk-proj-1${secret} was refused`,
  'an Anthropic key': (secret) => `(sk-ant-api03-${secret})`,
  'a Slack token': (secret) => `xoxb-${secret}`,
  'a GitLab token': (secret) => `glpat-${secret}`,
  'an npm token': (secret) => `//registry/:_authToken=npm_${secret}abcdef`,
  'a coloured token': (secret) => `\x1b[32mghp_${secret}\x1b[0m`,
  'a coloured variable': (secret) => `\x1b[1;31mAPI_TOKEN\x1b[0m=${secret}`,
};

const secret = fc.string({
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'.split('')),
  minLength: 24,
  maxLength: 60,
});
const ordinary = fc.constantFrom(
  '',
  'see the log:',
  'src/main.ts(3,4): error',
  '日本語 “x”',
  '100 %',
  "it's\n\tdone",
  '[x]',
);

describe('no secret survives', () => {
  test.each(Object.entries(FORMS))('%s', (_form, write) => {
    fc.assert(
      fc.property(secret, ordinary, ordinary, (hidden, before, after) => {
        const shown = redact(`${before}\n${write(hidden)}\n${after}`);
        expect(shown).not.toContain(hidden.slice(4, 20));
        expect(shown.startsWith(`${before}\n`)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  test('an AWS key id, which is as long as it is', () => {
    expect(redact('AKIAIOSFODNN7EXAMPLE and ASIAIOSFODNN7EXAMPLE')).toBe('[token] and [token]');
  });

  test('what is around a secret stays', () => {
    expect(redact('curl https://u:pw@host/x -H "X-Api-Key: abc" -o f')).toBe(
      'curl https://[credentials]@host/x -H "X-Api-Key: [secret]" -o f',
    );
    expect(redact('{"user":"me","password":"pw","port":22}')).toBe(
      '{"user":"me","password":[secret],"port":22}',
    );
    expect(redact('TOKEN=a,PASSWORD=b;c')).toBe('TOKEN=[secret],PASSWORD=[secret];c');
  });
});

describe('ordinary text stays as it is', () => {
  test.each([
    'SyntaxError: Unexpected token } in JSON at position 3',
    'basic authentication is not supported; use bearer authentication',
    'max_tokens=4096 total_tokens: 12, tokenize(x)',
    'secrets/README.md: the keyboard has a key: yes, primary_key: id, sort_key=name',
    'scp me@host:/a/b . && ssh://git@github.com/a.git user@example.com',
    'https://example.com:8443/a?b=c#d, http://[::1]:80/',
    'PWD=/home/x PATH=/bin HOME=/root KEYBOARD=us',
    '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n-----BEGIN PUBLIC KEY-----',
    'sk-learn-some-long-package-name and task-risk-disk-mask-whatever',
    'sandbox oc-6d9217fe77c7f11d: sha256 3f3af1ecebbd14103f3af1ecebbd1410',
    'C:\\Users\\x\\.ssh\\config\t“quoted” — ünïcode 💥\n',
    'No sign of the command in 30 s; allow more time with --timeout 60',
    '',
  ])('%j', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('words of any kind, in any order', () => {
    const words = [
      'the',
      'sandbox',
      'token',
      'password',
      'is',
      '(1)',
      'src/a.ts',
      '12:30',
      'a=b',
      'key',
      'x@y.z',
      '日本',
      '\n',
      '"q"',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), (text) => {
        expect(redact(text.join(' '))).toBe(text.join(' '));
      }),
    );
  });
});

test('what was redacted once is not changed by another time, as when errors tell of errors', () => {
  const any = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.tuple(fc.constantFrom(...Object.values(FORMS)), secret).map(([write, hidden]) => write(hidden)),
  );
  fc.assert(
    fc.property(fc.array(any, { maxLength: 4 }), (parts) => {
      const once = redact(parts.join(' '));
      expect(redact(once)).toBe(once);
    }),
    { numRuns: 500 },
  );
});

describe('nothing drives a terminal', () => {
  test('escapes become visible text, lines stay lines', () => {
    expect(redact('a\x1b]52;c;x\x07\n\tb\x9b2J\u202e\0')).toBe(
      'a\\x1b]52;c;x\\x07\n\tb\\x9b2J\\u{202e}\\x00',
    );
  });

  test.each(['\u061c', '\u200d', '\u2066', '\ufeff', '\u{e0041}', '\ud800', '\xad', '\x7f', '\r'])(
    '%j is seen',
    (character) => {
      expect(escapeControls(`a${character}b`)).toMatch(/^a\\[xu][{}0-9a-f]+b$/);
    },
  );

  test('whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(redact(text)).toMatch(
          /^(?:[^\p{Cc}\p{Cf}\p{Cs}]|[\n\t\u{110bd}\u{110cd}\u{13430}-\u{1343f}\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2])*$/u,
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a mebibyte takes its time once, not for every character of it', () => {
  const SIZE = 1024 * 1024;
  const pieces = [
    ...[
      'a',
      'a.',
      'A_',
      ' ',
      '\n',
      '\t:',
      '"',
      '\\"',
      "'",
      '\\',
      '=',
      ':',
      '@',
      '/',
      '://',
      '-',
      '--',
      '\0',
      '\x1b[',
      '\x1b[0;',
    ],
    ...[
      'a://',
      'a://a:',
      'a://a:a@',
      'https://a',
      'https://a@',
      '@a',
      'eyJ',
      'eyJ-',
      'eyJaaaaaaaaa.',
      'eyJaaaaaaaa.aaaa.',
    ],
    ...[
      'token',
      'token ',
      'TOKEN=',
      'TOKEN="',
      'TOKEN="\\',
      'TOKEN=\\"',
      "TOKEN='\\",
      'token : ',
      'a_key=',
      'A_KEY=',
      'api_',
      'key_id',
    ],
    ...[
      '--token ',
      '--token a',
      '--',
      'bearer ',
      'basic a',
      'authorization: ',
      'authorization: a ',
      'cookie:',
      'cookie: \n',
    ],
    ...[
      '-----BEGIN ',
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN PRIVATE KEY',
      '-----END PRIVATE KEY-----',
      '-----BEGIN A ',
    ],
    ...['sk-', 'sk-a', 'ghp_', 'AKIA', 'xoxb-', 'npm_a', 'hf_', 'AIza', 'ya29.', 'github_pat_'],
  ];
  const third = (piece: string) => piece.repeat(SIZE / 3 / piece.length);

  test.each(pieces)('%j over and over', (piece) => {
    const text = `${third(piece)}\nx ${third(piece)}!\nTOKEN="${third(piece)}\u0001`;
    expect(redact(text).length).toBeGreaterThan(0);
  });
});
