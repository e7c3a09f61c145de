import { quoteCommand, type Signal } from '@clamshell/core';

import type { KillTarget } from './await-start.ts';

/** `$1` signal, `$2` target. A target that is gone is success. */
const SIGNAL = `kill -s "$1" -- "$2" 2>/dev/null; exit 0`;

/** TERM to `$1`, and KILL to what is left of it after two seconds. */
const END = `
kill -s TERM -- "$1" 2>/dev/null || exit 0
clamshell_looks=0
while [ $clamshell_looks -lt 20 ]; do
  sleep 0.1
  kill -s 0 -- "$1" 2>/dev/null || exit 0
  clamshell_looks=$((clamshell_looks + 1))
done
kill -s KILL -- "$1" 2>/dev/null
exit 0`;

export function signalText(target: KillTarget, signal: Signal): string {
  return quoteCommand(['sh', '-c', SIGNAL, 'clamshell', signal, target]);
}

export function endText(target: KillTarget): string {
  return quoteCommand(['sh', '-c', END, 'clamshell', target]);
}
