import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** `count` text files of 0.5 to 9.5 KB, 20 a directory; the same at each call. Gives the names. */
export function makeTree(root: string, count: number): readonly string[] {
  const names: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const name = `dir${Math.floor(index / 20)}/file${index}.txt`;
    if (index % 20 === 0) mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
    const line = `${createHash('sha256').update(String(index)).digest('hex')}\n`;
    writeFileSync(path.join(root, name), line.repeat(8 + ((index * 7919) % 140)));
    names.push(name);
  }
  return names;
}
