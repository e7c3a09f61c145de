import { SyncError } from '@clamshell/core';

/**
 * A reply of NUL-ended fields, read from its start to its end. Whatever is off is SYNC_REPLY_INVALID. Fields are found
 * as they are asked for: a reply of nothing but ends would make a list that no process survives (row 61).
 */
export class ReplyFields {
  readonly #reply: string;
  #at = 0;
  #last = 0;

  /** `reply` is latin1 and must end with a NUL. */
  constructor(reply: string) {
    if (!reply.endsWith('\0')) throw invalidReply('it was cut');
    this.#reply = reply;
  }

  next(): string {
    const end = this.#reply.indexOf('\0', this.#at);
    if (end === -1) throw invalidReply('it ends too early');
    this.#last = this.#at;
    this.#at = end + 1;
    return this.#reply.slice(this.#last, end);
  }

  /** Where the next field begins. */
  get at(): number {
    return this.#at;
  }

  /** As they were sent: the fields from the one that begins at `start` to the last but one that was read. */
  textFrom(start: number): string {
    return this.#reply.slice(start, this.#last);
  }

  take(count: number): readonly string[] {
    return Array.from({ length: count }, () => this.next());
  }

  expect(field: string): void {
    if (this.next() !== field) throw invalidReply('a field is not what it has to be');
  }

  expectEnd(): void {
    if (this.#at !== this.#reply.length) throw invalidReply('something follows its end');
  }
}

export function invalidReply(why: string): SyncError {
  return new SyncError('SYNC_REPLY_INVALID', `The sandbox’s reply is not one: ${why}`);
}
