/** The ustar interchange format (POSIX.1-2017 pax, "ustar Interchange Format"), its fields as [offset, length]. */
export const BLOCK_BYTES = 512;

export const FIELDS = {
  name: [0, 100],
  mode: [100, 8],
  uid: [108, 8],
  gid: [116, 8],
  size: [124, 12],
  mtime: [136, 12],
  checksum: [148, 8],
  type: [156, 1],
  linkName: [157, 100],
  magic: [257, 8],
  deviceMajor: [329, 8],
  deviceMinor: [337, 8],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [number, number]>;

export type Field = (typeof FIELDS)[keyof typeof FIELDS];

/** Magic and version of POSIX, and of GNU, whose prefix field means something else. */
export const POSIX_MAGIC = 'ustar\x0000';
export const GNU_MAGIC = 'ustar  \0';

/** The largest number that the octal digits of a size or time field hold: 8 GiB less one byte. */
export const MAX_OCTAL = 0o77777777777;

export const MAX_TARGET_BYTES = 4096;

/** Bytes that fill `size` up to whole blocks. */
export function paddingOf(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}
