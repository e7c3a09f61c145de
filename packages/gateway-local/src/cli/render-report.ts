/** A failure as the tool prints it: what, and what to do about it. */
export interface Report {
  readonly message: string;
  readonly help?: string | undefined;
}

/** Where a terminal's width isn't known. */
const WIDTH = 80;

/**
 * The report in the form of the tool's error library: framed and wrapped at 80 columns, or, where NO_GRAPHICS is set to
 * anything but `0`, plain and unwrapped (openshell §1.5). Ends with a newline.
 */
export function renderReport(report: Report, env: Readonly<Record<string, string | undefined>>): string {
  const noGraphics = env['NO_GRAPHICS'];
  return noGraphics === undefined || noGraphics === '0' ? renderFramed(report) : renderPlain(report);
}

function renderPlain({ message, help }: Report): string {
  const lines = [`Error: ${message}`, '    Diagnostic severity: error'];
  return `${[...lines, ...(help === undefined ? [] : [`diagnostic help: ${help}`])].join('\n')}\n`;
}

function renderFramed({ message, help }: Report): string {
  const blocks = [
    wrap(message, { first: '  × ', rest: '  │ ' }),
    ...(help === undefined ? [] : [wrap(help, { first: '  help: ', rest: '        ' })]),
  ];
  return `Error: ${blocks.join('\n')}\n`;
}

interface Indent {
  readonly first: string;
  readonly rest: string;
}

/** Breaks between words, and inside a word that is longer than a line. */
function wrap(text: string, { first, rest }: Indent): string {
  return text
    .split('\n')
    .flatMap((line) => fill(line, WIDTH - rest.length))
    .map((part, index) => (index === 0 ? first : rest) + part)
    .join('\n');
}

function fill(line: string, width: number): readonly string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').flatMap((word) => pieces(word, width))) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (longer.length <= width) current = longer;
    else {
      lines.push(current);
      current = word;
    }
  }
  return [...lines, current];
}

function pieces(word: string, width: number): readonly string[] {
  if (word.length <= width) return [word];
  return [word.slice(0, width), ...pieces(word.slice(width), width)];
}
