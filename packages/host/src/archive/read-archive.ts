import type { ArchiveEntry, ArchiveItem, ReadArchiveLimits } from './entry.ts';
import { ByteSource } from './byte-source.ts';
import { tooMuch } from './fault.ts';
import { judgeMember, type Verdict } from './judge-member.ts';
import { MemberBody } from './member-body.ts';
import { type Member, readMember } from './read-member.ts';

const MAX_SHOWN_NAME = 1024;

/**
 * Entries of a tar stream from a hostile writer, in its order: ustar with pax extended headers and GNU long names.
 *
 * A body is read before the next entry is asked for; what is left of it is skipped. Nothing is held but one chunk of
 * the source and the names of the links seen. The source is read to its end, and closed where the reading stops early.
 * The same path may come twice, a child before its parent, and a link may lead anywhere: what makes the entries must
 * not follow links or replace what it made. Throws ARCHIVE_INVALID, LIMIT_EXCEEDED, and what the source throws.
 */
export async function* readArchive(
  source: AsyncIterable<Uint8Array>,
  limits: ReadArchiveLimits,
): AsyncGenerator<ArchiveItem> {
  const bytes = new ByteSource(source);
  const budget = new Budget(limits);
  const links = new Set<string>();
  try {
    for (let member = await readMember(bytes); member !== undefined; member = await readMember(bytes)) {
      budget.spend(member);
      const body = new MemberBody(bytes, member.size);
      const verdict = refuseBelowLinks(judgeMember(member), links);
      if (verdict.is === 'entry') yield { entry: verdict.entry, body };
      await body.finish();
      if (verdict.is === 'refused')
        yield { refused: verdict.reason, name: member.name.slice(0, MAX_SHOWN_NAME) };
    }
  } finally {
    await bytes.close();
  }
}

class Budget {
  readonly #limits: ReadArchiveLimits;
  #entries = 0;
  #bytes = 0;

  constructor(limits: ReadArchiveLimits) {
    this.#limits = limits;
  }

  spend({ size }: Member): void {
    const { maxEntries, maxFileBytes, maxTotalBytes } = this.#limits;
    this.#entries += 1;
    this.#bytes += size;
    if (this.#entries > maxEntries) throw tooMuch('entries', maxEntries);
    if (size > maxFileBytes) throw tooMuch('bytes in one file', maxFileBytes);
    if (this.#bytes > maxTotalBytes) throw tooMuch('bytes', maxTotalBytes);
  }
}

/** A link, then an entry below it, is an attempt to write through it (rows 7, 8). */
function refuseBelowLinks(verdict: Verdict, links: Set<string>): Verdict {
  if (verdict.is !== 'entry') return verdict;
  if (links.size > 0 && isBelowOne(verdict.entry, links))
    return { is: 'refused', reason: 'an entry below a link' };
  if (verdict.entry.kind === 'symlink') links.add(verdict.entry.path);
  return verdict;
}

function isBelowOne({ path }: ArchiveEntry, links: ReadonlySet<string>): boolean {
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    if (links.has(path.slice(0, slash))) return true;
  }
  return false;
}
