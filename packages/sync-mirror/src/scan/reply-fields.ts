import { SyncError } from '@clamshell/core';

/** A reply of NUL-ended fields, read from its start to its end. Whatever is off is SYNC_REPLY_INVALID. */
export class ReplyFields {
  readonly #fields: readonly string[];
  #at = 0;

  /** `reply` is latin1 and must end with a NUL. */
  constructor(reply: string) {
    const fields = reply.split('\0');
    if (fields.pop() !== '') throw invalidReply('it was cut');
    this.#fields = fields;
  }

  next(): string {
    const field = this.#fields[this.#at];
    if (field === undefined) throw invalidReply('it ends too early');
    this.#at += 1;
    return field;
  }

  /** How many fields were read. */
  get at(): number {
    return this.#at;
  }

  /** As they were sent: the fields from `start` to the last that was read but `less`. */
  textFrom(start: number, less: number): string {
    const end = this.#at - less;
    return end <= start ? '' : `${this.#fields.slice(start, end).join('\0')}\0`;
  }

  take(count: number): readonly string[] {
    if (count > this.#fields.length - this.#at) throw invalidReply('it ends too early');
    this.#at += count;
    return this.#fields.slice(this.#at - count, this.#at);
  }

  expect(field: string): void {
    if (this.next() !== field) throw invalidReply('a field is not what it has to be');
  }

  expectEnd(): void {
    if (this.#at !== this.#fields.length) throw invalidReply('something follows its end');
  }
}

export function invalidReply(why: string): SyncError {
  return new SyncError('SYNC_REPLY_INVALID', `The sandbox’s reply is not one: ${why}`);
}
