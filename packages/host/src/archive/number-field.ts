import { invalid } from './fault.ts';
import { type Field, MAX_OCTAL } from './tar-format.ts';

/**
 * The number in a header field: octal digits ended by space or NUL, or, with the first bit set, base 256 in two's
 * complement (GNU). Throws ARCHIVE_INVALID for all else, and beyond what a double holds exactly (rows 54, 55).
 */
export function readNumber(block: Buffer, [offset, length]: Field): number {
  const first = block[offset] ?? 0;
  return first >= 0x80 ? readBase256(block, [offset, length]) : readOctal(block, [offset, length]);
}

function readOctal(block: Buffer, [offset, length]: readonly [number, number]): number {
  const text = block.toString('latin1', offset, offset + length);
  const [, digits] = /^ *([0-7]*)[ \0]*$/.exec(text) ?? [];
  if (digits === undefined) throw invalid(`"${text}" is not a number`);
  return digits === '' ? 0 : Number.parseInt(digits, 8);
}

function readBase256(block: Buffer, [offset, length]: readonly [number, number]): number {
  const bits = BigInt(length * 8 - 1);
  const raw = BigInt(`0x${block.toString('hex', offset, offset + length)}`) & ((1n << bits) - 1n);
  // 0x80 marks a positive number, 0xff a negative one; the bit after the mark is the sign.
  const value = Number(BigInt.asIntN(Number(bits), raw));
  if (!Number.isSafeInteger(value)) throw invalid('a number is out of range');
  return value;
}

/** Octal digits and NUL where they hold the value, else base 256. `value` is a whole number from 0. */
export function writeNumber(block: Buffer, [offset, length]: Field, value: number): void {
  if (value <= MAX_OCTAL) {
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, offset, length, 'latin1');
    return;
  }
  block.write(value.toString(16).padStart(length * 2, '0'), offset, length, 'hex');
  block[offset] = 0x80;
}
