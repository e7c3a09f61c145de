import { escapeControls } from '@clamshell/core';

/** Text of many lines from a sandbox, for a terminal: each line escaped, the last one ended. */
export function escapeLines(text: string): string {
  const lines = text.replace(/\n$/, '').split('\n');
  return text === '' ? '' : `${lines.map(escapeControls).join('\n')}\n`;
}
