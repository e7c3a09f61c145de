import type { RelPath, RemotePath } from '@clamshell/core';

/** A place as the programs take it. */
export interface WirePlace {
  readonly root: RemotePath;
  /** Parts of the mount that no mutation may touch. */
  readonly closed: readonly RelPath[];
  readonly path: RelPath | undefined;
  readonly pin?: RelPath | undefined;
}

type OperationName =
  | 'hello'
  | 'canonical'
  | 'lstat'
  | 'stat'
  | 'read'
  | 'list'
  | 'walk'
  | 'search'
  | 'checksum'
  | 'write'
  | 'create'
  | 'append'
  | 'mkdir'
  | 'remove'
  | 'rename'
  | 'copy';

export interface Operation {
  readonly do: OperationName;
  /** `p` makes parents, `r` is recursive, `f` takes a missing path for success. */
  readonly flags?: string;
  readonly numbers?: readonly number[];
  readonly place?: WirePlace;
  /** The destination of a rename or a copy. */
  readonly other?: WirePlace;
  readonly content?: Uint8Array;
}

/** Requests of the Python program, each a line of lengths and then the fields; it answers all of them at once. */
export function encodeFrames(operations: readonly Operation[]): Uint8Array {
  const last = operations.length - 1;
  return Buffer.concat(operations.flatMap((operation, index) => encodeFrame(operation, index < last)));
}

/** The flag `+` says that another one follows. */
function encodeFrame(operation: Operation, isFollowed: boolean): readonly Uint8Array[] {
  const { content = new Uint8Array(), flags = '' } = operation;
  const fields = textFields({ ...operation, flags: isFollowed ? `${flags}+` : flags });
  const lengths = [...fields, content].map(({ length }) => length).join(' ');
  return [Buffer.from(`${lengths}\n`), ...fields, content];
}

/** The arguments of the shell program, twelve an operation; content follows on standard input, one after another. */
export function encodeArguments(operation: Operation): readonly Uint8Array[] {
  return [...textFields(operation), Buffer.from(String(operation.content?.length ?? 0))];
}

function textFields(operation: Operation): readonly Uint8Array[] {
  return [
    ...[operation.do, operation.flags ?? '', (operation.numbers ?? []).join(' ')],
    ...placeFields(operation.place),
    ...placeFields(operation.other),
  ].map((text) => Buffer.from(text, 'latin1'));
}

function placeFields(place: WirePlace | undefined): readonly string[] {
  if (place === undefined) return ['', '', '', ''];
  const { root, closed, path = '', pin } = place;
  return [latin1(root), closed.map((part) => `//${part}`).join(''), path, pin === undefined ? '' : `=${pin}`];
}

function latin1(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
