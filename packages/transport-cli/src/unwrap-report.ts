import { stripVTControlCharacters } from 'node:util';

/**
 * An error report of the gateway's tool as one line: colours, the frame characters and the line breaks that it inserts
 * at 80 columns are taken out, so that a sentence can be matched. Source: openshell §1.5.
 */
export function unwrapReport(report: string): string {
  return stripVTControlCharacters(report)
    .replace(/[\s│├└╰─▶×]+/g, ' ')
    .trim()
    .replace(/^Error: /, '');
}
