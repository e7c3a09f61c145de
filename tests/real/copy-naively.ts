import { spawnSync } from 'node:child_process';

/** Copies a directory as somebody would who thinks no ill of it. */
export function copyNaively(from: string, to: string, ...options: string[]): void {
  spawnSync('cp', ['-r', ...options, `${from}/.`, to]);
}
