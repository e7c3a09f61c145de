/**
 * What a path inside a git directory is to a mirror. `objects`: only ever added. `head`: what one decision moves
 * together. `ref`: free to move alone, unless refs are being packed. `own`: of one side alone, or of a git at work there;
 * never moved. `denied`: what git would execute, obey or be redirected by, and whatever is not known here.
 */
export type GitPart = 'objects' | 'head' | 'ref' | 'own' | 'denied';

/** `rel` is the path below the git directory. The first row that matches decides. */
export function partOf(rel: string): GitPart {
  return ROWS.find(([, pattern]) => pattern.test(rel))?.[0] ?? 'denied';
}

const ROWS: readonly (readonly [GitPart, RegExp])[] = [
  ['own', /^(?:[^/]+|(?:refs|logs|reftable)\/.+)\.lock$/s],
  ['own', /^objects\/(?:info\/(?:packs|commit-graphs?)(?:\/.*)?|pack\/multi-pack-index.*)$/s],
  ['own', /^objects\/(?:(?:[0-9a-f]{2}|pack)\/(?:tmp_|\.tmp-).*|(?:tmp_objdir|incoming)-.*)$/s],
  ['own', /^(?:gc\.(?:pid|log)|fsmonitor--daemon.*)$/s],
  ['own', /^(?:FETCH_HEAD|COMMIT_EDITMSG|TAG_EDITMSG|description)$/],
  ['objects', /^objects(?:\/info|\/pack|\/[0-9a-f]{2})?$/],
  ['objects', /^objects\/[0-9a-f]{2}\/(?:[0-9a-f]{38}|[0-9a-f]{62})$/],
  ['objects', /^objects\/pack\/pack-[0-9a-f]{40,64}\.(?:pack|idx|rev|bitmap|keep|mtimes|promisor)$/],
  ['head', /^(?:HEAD|index|sharedindex\.[0-9a-f]+|packed-refs|shallow)$/],
  ['head', /^(?:(?:ORIG|MERGE|CHERRY_PICK|REVERT)_HEAD|MERGE_(?:MSG|MODE|RR)|SQUASH_MSG|AUTO_MERGE)$/],
  ['head', /^(?:logs\/)?(?:HEAD|refs|refs\/stash|refs\/heads(?:\/.+)?)$/s],
  ['head', /^(?:logs|reftable(?:\/.+)?)$/s],
  ['denied', /^(?:logs\/)?refs\/(?:bisect|rewritten|worktree)(?:\/.*)?$/s],
  ['ref', /^(?:logs\/)?refs\/.+$/s],
];

/** Names whose presence means that a rebase, a sequence of picks or a bisection is under way. */
export const IN_PROGRESS = ['rebase-merge', 'rebase-apply', 'sequencer', 'BISECT_LOG'] as const;

/** A file that says that git is at work, or was killed there. */
export function isLock(rel: string): boolean {
  return /^(?:(?:index|HEAD|packed-refs)|(?:refs|reftable)\/.+)\.lock$/s.test(rel);
}

/** Where all refs move together: a ref that leaves its file for one of these must not be taken for removed. */
export function holdsPackedRefs(rel: string): boolean {
  return rel === 'packed-refs' || rel.startsWith('reftable/');
}

/** A ref, or its log, that nobody else has: it can come beside what won. */
export function isRefFile(rel: string): boolean {
  return /^(?:logs\/)?refs\//.test(rel);
}

/** Git rewrites an index to note times: its bytes say less than its meaning. */
export function isIndex(path: string): boolean {
  return /(?:^|\/)\.git\/index$/.test(path);
}
