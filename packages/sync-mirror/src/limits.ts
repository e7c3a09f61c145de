/** Entries of one side. A sandbox that lists more is not believed; a host that holds more is not mirrored. */
export const MAX_ENTRIES = 1_000_000;

/** Bytes of one reply of a program, archives apart. */
export const MAX_REPLY_BYTES = 256 * 1024 * 1024;

/** What is moved in one request, whole in memory, rather than as a stream. */
export const MAX_INLINE_BYTES = 1024 * 1024;

/** Noise that a login profile may print before a reply begins (hostile-input row 77). */
export const MAX_NOISE_BYTES = 64 * 1024;

/** How long a program of the sandbox's may take whatever it moves (hostile-input row 79). */
export const PROGRAM_MS = 10 * 60_000;

/** And how much more for what it moves and reads, at the slowest that is waited for. */
export const MIN_BYTES_PER_MS = 64;

/** Bytes of stderr kept for a message. */
export const MAX_STDERR_BYTES = 4096;

/** Bytes one sync may bring home. */
export const MAX_PULLED_BYTES = 256 * 1024 ** 3;

/** Bytes of names given to one call of a tool that can't read them from stdin; busybox cuts at 32 KiB. */
export const MAX_BATCH_BYTES = 16 * 1024;

/** How many entries are looked at before other work gets its turn. */
export const ENTRIES_PER_TURN = 500;

export const READ_CHUNK_BYTES = 256 * 1024;
