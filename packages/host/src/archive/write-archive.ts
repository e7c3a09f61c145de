import { displayPath, SyncError } from '@clamshell/core';

import { ChunkPacker } from './chunk-packer.ts';
import type { ArchiveEntry, ArchiveSource } from './entry.ts';
import { formatHeaders } from './format-header.ts';
import { BLOCK_BYTES, paddingOf } from './tar-format.ts';

const ZEROS = Buffer.alloc(2 * BLOCK_BYTES);

/**
 * A tar stream of `sources`, in their order, in chunks of 128 KiB; the last may be shorter. Holds one chunk. Readable
 * by GNU tar, busybox and `readArchive`. A body that is shorter or longer than its entry says, such as that of a file
 * that grows while it is read, is a SyncError ARCHIVE_INVALID: what was yielded till then is no archive.
 */
export async function* writeArchive(sources: AsyncIterable<ArchiveSource>): AsyncGenerator<Uint8Array> {
  const packer = new ChunkPacker();
  for await (const { entry, body } of sources) {
    yield* packer.add(formatHeaders(entry));
    let left = entry.size;
    for await (const piece of body ?? []) {
      left -= piece.length;
      if (left < 0) throw changed(entry, 'longer');
      yield* packer.add(piece);
    }
    if (left > 0) throw changed(entry, 'shorter');
    yield* packer.add(ZEROS.subarray(0, paddingOf(entry.size)));
  }
  yield* packer.add(ZEROS);
  yield* packer.rest();
}

function changed({ path, size }: ArchiveEntry, how: 'longer' | 'shorter'): SyncError {
  return new SyncError(
    'ARCHIVE_INVALID',
    `${displayPath(path)} is ${how} than the ${size} bytes it was said to have`,
    {
      hint: 'The file changed while it was read: try again.',
    },
  );
}
