import { quoteWord, type ShellRequest } from '@clamshell/core';

/** Beyond these a shell keeps no more programs. Each is constant text, so that few callers come near. */
const MAX_KEPT_PROGRAMS = 64;

/** The number of a program that is sent with each request. */
const UNKEPT = 0;

/** The programs that one shell has been sent, by the numbers it knows them under. */
export class ProgramNumbers {
  readonly #numbers = new Map<string, number>();

  /** What goes before a request's standard input, as the loop reads it. */
  head(mark: string, { program, args, stdin }: ShellRequest): Uint8Array {
    const known = this.#numbers.get(program);
    const text = known === undefined ? asLatin1(program) : '';
    const sizes = `${known ?? this.#keep(program)} ${text.length} ${stdin?.length ?? 0}`;
    return Buffer.from(`${mark} ${sizes} ${args.map(quoteOnLine).join(' ')}\n${text}`, 'latin1');
  }

  #keep(program: string): number {
    if (this.#numbers.size >= MAX_KEPT_PROGRAMS) return UNKEPT;
    const number = this.#numbers.size + 1;
    this.#numbers.set(program, number);
    return number;
  }
}

/** As `quoteWord`, on one line: a newline becomes the variable of the loop that holds one. */
function quoteOnLine(word: string | Uint8Array): string {
  return quoteWord(asLatin1(word)).replaceAll('\n', `'"$clamshell_newline"'`);
}

/** One character per byte, so that bytes which are no UTF-8 go through the quoting as they are. */
function asLatin1(text: string | Uint8Array): string {
  return (
    typeof text === 'string' ? Buffer.from(text) : Buffer.from(text.buffer, text.byteOffset, text.length)
  ).toString('latin1');
}
