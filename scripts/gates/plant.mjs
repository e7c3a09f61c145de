import fs from 'node:fs';
import path from 'node:path';

/**
 * Puts a fault into the tree at `root`; what is returned takes it out again.
 * @param {string} root
 * @param {import('./faults.mjs').Fault} fault
 */
export function plant(root, { files, links = {} }) {
  const undo = [
    ...Object.entries(files).map(([file, text]) => write(path.join(root, file), text)),
    ...Object.entries(links).map(([file, target]) => link(path.join(root, file), target)),
  ];
  return () => undo.reverse().forEach((step) => step());
}

/** @param {string} file @param {string | null | ((text: string) => string)} text */
function write(file, text) {
  const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
  const made = fs.mkdirSync(path.dirname(file), { recursive: true });
  if (text === null) fs.rmSync(file);
  else fs.writeFileSync(file, typeof text === 'function' ? text(before ?? '') : text);
  return () => {
    if (before === undefined) fs.rmSync(made ?? file, { recursive: true });
    else fs.writeFileSync(file, before);
  };
}

/** @param {string} file @param {string} target */
function link(file, target) {
  const made = fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.symlinkSync(target, file);
  return () => fs.rmSync(made ?? file, { recursive: true });
}
