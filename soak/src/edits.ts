import type { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

/** One edit of one side. Whatever it replaces is moved aside, so that the ledger knows it for superseded. */
export type Edit =
  | { readonly kind: 'write' | 'append'; readonly token: string; readonly path: string }
  | { readonly kind: 'remove'; readonly token: string; readonly path: string }
  | { readonly kind: 'move'; readonly token: string; readonly path: string; readonly to: string };

/** Where each side moves aside what it replaces; excluded from every sync. */
export const ASIDE = '.aside';

const DIRECTORIES = ['.', 'src', 'src/deep', 'späce d', '-dash'] as const;
const NAMES = ['a', 'b', 'c', 'notes.txt', "it's", '--help', 'ü ñ'] as const;

export function chooseEdits(
  random: Random,
  ledger: Ledger,
  { workspace, side, most }: { workspace: number; side: 'h' | 's'; most: number },
): readonly Edit[] {
  const count = random.between(1, most);
  return Array.from({ length: count }, () => chooseEdit(random, ledger.nextToken(workspace, side)));
}

export function describeEdit(edit: Edit): string {
  return `${edit.kind} ${edit.token} ${edit.path}${edit.kind === 'move' ? ` to ${edit.to}` : ''}`;
}

function chooseEdit(random: Random, token: string): Edit {
  const path = `${random.pick(DIRECTORIES)}/${random.pick(NAMES)}`;
  const kind = random.pick(['write', 'write', 'write', 'append', 'append', 'remove', 'move']);
  if (kind === 'move') return { kind, token, path: random.pick(['src', 'späce d']), to: `moved-${token}d` };
  return { kind, token, path };
}
