import type { Argv } from '@clamshell/core';

/** Joins its stdin and stdout to the Unix socket `argv[1]`. On one line, as a configuration of `ssh` can hold it. */
const PROXY = `
const socket = require('node:net').connect(process.argv[1]);
socket.on('error', (error) => {
  process.stderr.write('Error: ' + error.message + '\\n');
  process.exitCode = 1;
  process.stdin.destroy();
});
process.stdin.pipe(socket).pipe(process.stdout);
process.stdout.on('error', () => socket.destroy());
socket.on('close', () => process.stdin.destroy());`
  .replaceAll('\n', ' ')
  .trim();

export function proxyCommandTo(socketPath: string): Argv {
  return [process.execPath, '-e', PROXY, socketPath];
}
