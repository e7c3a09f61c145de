import fc from 'fast-check';
import { expect, test } from 'vitest';

import { asRelPath, isClamshellError, type RelPath } from '@clamshell/core';

import { type ArchiveEntry, type ArchiveSource, writeArchive } from '../index.ts';
import { type RawMember, END, member, pax, readAll, type Seen } from './tar-block.fixture.ts';

interface Wanted {
  readonly entry: ArchiveEntry;
  readonly body: string;
}

const bytes = (maxLength: number, minLength = 0) =>
  fc.uint8Array({ minLength, maxLength }).map((array) => Buffer.from(array).toString('latin1'));

const name = fc.oneof(
  { weight: 4, arbitrary: bytes(20, 1) },
  { weight: 1, arbitrary: bytes(255, 90) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('-rf', 'a\nb', '\xff\xfe', 'x'.repeat(255), 'y'.repeat(100), ' ', '..x'),
  },
);
const path = fc
  .array(name, { minLength: 1, maxLength: 8 })
  .map((names) => asRelPath(names.map((each) => each.replace(/[/\0]/g, '_')).join('/')))
  .filter((each): each is RelPath => each !== undefined && !/^(?:[a-z]:|\\\\)/i.test(each));

const common = {
  path,
  mode: fc.integer({ min: 0, max: 0o777 }),
  mtimeNs: fc.oneof(fc.bigInt(-(2n ** 62n), 2n ** 62n), fc.constantFrom(0n, -1n, 1_700_000_000_000_000_000n)),
};
const target = fc
  .oneof(bytes(30, 1), bytes(4096, 95))
  .map((text) => text.replaceAll('\0', '_'))
  .filter((text) => !/^(?:[a-z]:|\\\\)/i.test(text));

const wanted: fc.Arbitrary<Wanted> = fc.oneof(
  fc.record({ ...common, body: bytes(3000) }).map(({ body, ...rest }) => ({
    entry: { ...rest, kind: 'file' as const, size: body.length },
    body,
  })),
  fc.record(common).map((rest) => ({ entry: { ...rest, kind: 'directory' as const, size: 0 }, body: '' })),
  fc
    .record({ ...common, target })
    .map((rest) => ({ entry: { ...rest, kind: 'symlink' as const, size: 0 }, body: '' })),
);

/** In any order a sender may choose, but with no entry below a link: those are refused. */
const tree = fc.uniqueArray(wanted, { maxLength: 12, selector: ({ entry }) => entry.path }).filter((all) => {
  const links = all.filter(({ entry }) => entry.kind === 'symlink').map(({ entry }) => `${entry.path}/`);
  return !all.some(({ entry }) => links.some((link) => entry.path.startsWith(link)));
});

async function write(all: readonly Wanted[]): Promise<Buffer> {
  async function* sources(): AsyncGenerator<ArchiveSource> {
    for (const { entry, body } of all) yield { entry, body: [Buffer.from(body, 'latin1')] };
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of writeArchive(sources())) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('what is written is read back, byte for byte, however the stream is cut', async () => {
  await fc.assert(
    fc.asyncProperty(tree, fc.integer({ min: 1, max: 5000 }), async (all, chunkBytes) => {
      const archive = await write(all);
      expect(archive.length % 512).toBe(0);
      expect(await readAll(archive, { chunkBytes })).toEqual(all);
    }),
    { numRuns: 150 },
  );
});

test('every prefix of an archive fails, having shown whole entries only', async () => {
  await fc.assert(
    fc.asyncProperty(
      tree,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      async (all, share) => {
        const archive = await write(all);
        const { seen, error } = await readAsFarAsPossible(
          archive.subarray(0, Math.floor(archive.length * share)),
        );
        expect(error).toMatchObject({ code: 'ARCHIVE_INVALID' });
        expect(seen).toEqual(all.slice(0, seen.length));
      },
    ),
    { numRuns: 300 },
  );
});

test('every prefix of one small archive, all of them', async () => {
  const all = await readAll(SMALL);
  for (let length = 0; length < SMALL.length; length += 1) {
    const { seen, error } = await readAsFarAsPossible(SMALL.subarray(0, length));
    expect(error).toMatchObject({ code: 'ARCHIVE_INVALID' });
    expect(seen).toEqual(all.slice(0, seen.length));
  }
});

const SMALL = Buffer.concat([
  member({ name: 'd/', type: '5' }),
  pax({ path: 'n'.repeat(120), mtime: '1.5' }),
  member({ body: 'text' }),
  member({ type: 'K', body: 'target\0' }),
  member({ type: '2', link: 'x' }),
  END,
]);

test('bytes changed at random end in entries or in a ClamshellError, never in anything else', async () => {
  const change = fc.tuple(fc.nat({ max: SMALL.length - 1 }), fc.nat({ max: 255 }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (changes, isResealed) => {
        const archive = Buffer.from(SMALL);
        for (const [at, byte] of changes) archive[at] = byte;
        if (isResealed) reseal(archive);
        const { error } = await readAsFarAsPossible(archive);
        expect(error === undefined || isClamshellError(error)).toBe(true);
      },
    ),
    { numRuns: 3000 },
  );
});

test('headers of random fields end in entries or in a ClamshellError', async () => {
  const field = (length: number) =>
    fc.option(fc.oneof(bytes(length), fc.constantFrom('', '\xff'.repeat(12))), { nil: undefined });
  const raw = fc.record({
    name: field(100),
    link: field(100),
    mode: field(8),
    size: fc.option(field(12), { nil: undefined }),
    mtime: field(12),
    prefix: field(155),
    type: fc.constantFrom(...'01234567xgLKSVD\0'.split('')),
    body: fc.option(bytes(600), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(raw, { maxLength: 5 }), async (raws) => {
      const members = raws.map((each) => member(withoutAbsent(each)));
      const { error } = await readAsFarAsPossible(Buffer.concat([...members, END]));
      expect(error === undefined || isClamshellError(error)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

function withoutAbsent(raw: Readonly<Record<string, string | undefined>>): RawMember {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== undefined));
}

/** Gives every block its right checksum, so that a change is seen by what comes after that test. */
function reseal(archive: Buffer): void {
  for (let at = 0; at + 512 <= archive.length; at += 512) {
    const block = archive.subarray(at, at + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.fill(' ', 148, 156);
    block.write(
      `${block
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
  }
}

async function readAsFarAsPossible(archive: Uint8Array): Promise<{ seen: readonly Seen[]; error: unknown }> {
  const seen: Seen[] = [];
  try {
    await readAll(archive, { into: seen });
    return { seen, error: undefined };
  } catch (error) {
    return { seen, error };
  }
}
