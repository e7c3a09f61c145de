import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';

/** Makes `directory` and what is missing above it, for its owner alone, durably. */
export async function ensureDirectory(directory: string): Promise<void> {
  const first = await mkdir(directory, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  const top = path.dirname(first);
  for (let made = path.resolve(directory); made !== top; made = path.dirname(made)) {
    await syncDirectory(path.dirname(made));
  }
}

/** Makes what was created, renamed or removed in `directory` durable. */
export async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
