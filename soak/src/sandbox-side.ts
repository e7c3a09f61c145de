import { ASIDE, type Edit } from './edits.ts';

/**
 * The same edits, made in the sandbox by its own shell: `KIND TOKEN PATH TO PAUSE` five times over. An edit is
 * acknowledged by a line in a file of that side, so also when nobody hears of the command any more.
 */
const SCRIPT = `
aside() { mv -T -- "$1" "${ASIDE}/old.$2" 2>/dev/null; }
write() {
  mkdir -p -- "\${2%/*}" && echo "$1" >"${ASIDE}/new.$1" || return 0
  aside "$2" "$1"
  ln -T -- "${ASIDE}/new.$1" "$2" 2>/dev/null && echo "$1" >>"${ASIDE}/acknowledged"
  rm -f -- "${ASIDE}/new.$1"
}
append() { mkdir -p -- "\${2%/*}" && echo "$1" 2>/dev/null >>"$2" && echo "$1" >>"${ASIDE}/acknowledged"; }
remove() { aside "$2" "$1"; }
move() { mv -T -- "$2" "$3" 2>/dev/null; }
mkdir -p "${ASIDE}"
while [ $# -gt 0 ]; do
  "$1" "$2" "$3" "$4"
  sleep "$5"
  shift 5
done
`;

/** How a command ends, and whether its edits go on behind its back. */
export type Manner = 'foreground' | 'background' | 'failing';

export function sandboxCommand(edits: readonly Edit[], pauses: readonly number[], manner: Manner): string[] {
  const words = edits.flatMap((edit, index) => [
    edit.kind,
    edit.token,
    edit.path.replace(/^-/, './-'),
    edit.kind === 'move' ? edit.to : '',
    String((pauses[index] ?? 0) / 1000),
  ]);
  const script = {
    foreground: `${SCRIPT}\nexit 0`,
    failing: `${SCRIPT}\nexit 3`,
    background: `( ${SCRIPT} ) >/dev/null 2>&1 </dev/null &`,
  }[manner];
  return ['sh', '-c', script, 'sh', ...words];
}

/** Prints what the sandbox has: \`file:token\` for all, then what it acknowledged. */
export const LISTING = ['sh', '-c', `grep -raoE 'T[0-9]{2}[hs][0-9]{6}\\.' . 2>/dev/null; exit 0`];

export interface Listed {
  readonly tokens: readonly string[];
  readonly superseded: readonly string[];
  readonly acknowledged: readonly string[];
}

export function readListing(text: string): Listed {
  const rows = text.split('\n').flatMap((line) => {
    const cut = line.lastIndexOf(':');
    return cut === -1 ? [] : [{ file: line.slice(0, cut), token: line.slice(cut + 1) }];
  });
  const tokensOf = (isWanted: (file: string) => boolean) =>
    rows.filter(({ file }) => isWanted(file)).map(({ token }) => token);
  return {
    tokens: tokensOf((file) => !file.startsWith(`./${ASIDE}/`)),
    superseded: tokensOf((file) => file.startsWith(`./${ASIDE}/old.`)),
    acknowledged: tokensOf((file) => file === `./${ASIDE}/acknowledged`),
  };
}
