import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { resolveConfig } from '@clamshell/core';

const ROOT = path.resolve(import.meta.dirname, '../..');

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

const schema = readJson('packages/core/schema/clamshell.schema.json');
const manifest = readJson('apps/openclaw-plugin/openclaw.plugin.json');

/** As strict as ajv can be: a keyword that it does not know fails here. */
const isValid = new Ajv({ allErrors: true, strict: true, strictRequired: false }).compile(schema);

function isTaken(config: unknown): boolean {
  try {
    resolveConfig(config);
    return true;
  } catch {
    return false;
  }
}

const blank = fc.constantFrom('', ' ', '\n\t', '\u00a0', '\ufeff');
const text = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('x', ' a b ', '日本', '-x') },
  fc.string(),
  blank,
);
const root = fc.constantFrom(
  ...[
    '/sandbox',
    '/agent/',
    ' /sandbox/a b\n',
    '//sandbox//x',
    '/./sandbox/./y',
    '/sandbox/..x',
    '/sandbox/...',
  ],
  ...[
    'sandbox',
    '/',
    '/etc',
    '/sandboxes',
    '/sandbox\0',
    '/sandbox/a\nb',
    '',
    '/x/sandbox',
    '/Sandbox',
    '/agent\t',
  ],
);
const number = fc.oneof(
  fc.constantFrom(0, 1, 2_147_000, 2_147_001, 0.5, 1.5, -1, 120, 600, 601, 1_000_000, 1_000_001, 2 ** 53),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
const words = fc.array(text, { maxLength: 4 });
const workspace = fc.constantFrom(
  'default',
  'a-b',
  'a--b',
  '-a',
  'A',
  '',
  'a'.repeat(19),
  'a'.repeat(20),
  ' a',
);
const destination = fc.constantFrom(
  ...['host', 'me@host', 'me@host:22', 'a.b-c_d:65535', '[::1]', 'u@[fe80::1]:1', '127.0.0.1'],
  ...[
    '',
    '-oProxyCommand=x',
    'me@-x',
    'a b',
    'host:0',
    'host:65536',
    'host\n',
    '@host',
    'a@b@c',
    'ssh://x',
    '::1',
  ],
);

/** Mostly what a key is for, sometimes anything: both verdicts must be common. */
function mostly<Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: arbitrary as fc.Arbitrary<unknown> }, fc.jsonValue());
}

function settings(shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<unknown> {
  const known = fc.record(
    Object.fromEntries(Object.entries(shape).map(([key, value]) => [key, mostly(value)])),
    { requiredKeys: [] },
  );
  const sparse = fc
    .tuple(known, fc.array(fc.boolean(), { minLength: 20, maxLength: 20 }))
    .map(([all, keep]) =>
      // Few keys at a time, so that one bad value is not drowned by another.
      Object.fromEntries(
        Object.entries(all).filter((_entry, index) => keep[index % 20] && keep[(index + 7) % 20]),
      ),
    );
  const stray = fc
    .tuple(sparse, fc.constantFrom('modee', 'Mode', '__proto', 'x'))
    .map(([all, key]) => ({ ...all, [key]: 1 }));
  return fc.oneof({ weight: 9, arbitrary: sparse as fc.Arbitrary<unknown> }, stray);
}

const config = settings({
  provider: fc.constantFrom('openshell', 'local', 'ssh', 'docker'),
  mode: fc.constantFrom('mirror', 'remote', 'Mirror'),
  command: text,
  gateway: text,
  gatewayEndpoint: text,
  workspace,
  from: text,
  policy: text,
  providers: words,
  gpu: fc.boolean(),
  autoProviders: fc.boolean(),
  remoteWorkspaceDir: root,
  remoteAgentWorkspaceDir: root,
  timeoutSeconds: number,
  mirror: settings({
    exclude: words,
    protect: words,
    conflicts: fc.constantFrom('host', 'sandbox', 'newest'),
    limits: settings({ maxFiles: number, maxMegabytes: number }),
    undo: settings({ keepRuns: number, keepMegabytes: number }),
  }),
  ssh: settings({ destination, identity: text, knownHosts: text, multiplexing: fc.boolean() }),
  exec: settings({
    path: fc.constantFrom('sandbox', 'prepend', 'host', '/bin'),
    home: fc.constantFrom('sandbox', 'host', '~'),
    killGraceSeconds: number,
  }),
});

describe('the JSON schema for editors', () => {
  test('takes and refuses what resolveConfig takes and refuses', () => {
    const verdicts = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(mostly(config), (written) => {
        const taken = isTaken(written);
        verdicts[taken ? 'taken' : 'refused'] += 1;
        expect(isValid(written), JSON.stringify(isValid.errors)).toBe(taken);
      }),
      { numRuns: 4000 },
    );
    expect(Math.min(verdicts.taken, verdicts.refused)).toBeGreaterThan(400);
  });

  test.each([
    ['/sandbox/a/../b', true],
    ['/etc/../sandbox/x', true],
    ['/sandbox/../etc', false],
    ['/sandbox/..', false],
  ])('leaves %j, with a component that goes up, to resolveConfig', (remoteWorkspaceDir, taken) => {
    expect(isValid({ remoteWorkspaceDir })).toBe(true);
    expect(isTaken({ remoteWorkspaceDir })).toBe(taken);
  });

  test('takes every default that it states', () => {
    const defaults = new Ajv({ useDefaults: true, strictRequired: false }).compile(schema);
    const filled = {};
    expect(defaults(filled)).toBe(true);
    expect(Object.keys(filled)).toContain('remoteWorkspaceDir');
    expect(resolveConfig(filled)).toEqual(resolveConfig({}));
  });
});

test('the plugin’s manifest holds the same schema, in the dialect OpenClaw reads, and a hint for each setting', () => {
  const { $schema, ...rest } = schema;
  expect($schema).toBe('http://json-schema.org/draft-07/schema#');
  expect(manifest['configSchema']).toEqual(rest);
  const hints = manifest['uiHints'] as Record<string, { label: string; help: string; advanced?: boolean }>;
  for (const [key, { label, help }] of Object.entries(hints)) expect([key, label, help]).not.toContain('');
  expect(Object.keys(hints)).toEqual(expect.arrayContaining(Object.keys(schema['properties'] as object)));
  expect(hints['timeoutSeconds']).toMatchObject({ label: 'Command Timeout Seconds', advanced: true });
  expect(hints['mode']).toEqual({ label: 'Mode', help: expect.any(String) });
});
