/** A write is known by its token, which is in no other content. The full stop tells a whole one from one cut short. */
const TOKEN = /T\d{2}[hs]\d{6}\./g;

export interface Line {
  readonly atMs: number;
  /** A workspace's number; undefined for what happened to all. */
  readonly workspace: number | undefined;
  readonly text: string;
}

/** Keeps what happened and which writes their own side acknowledged. It knows nothing of how files are kept in step. */
export class Ledger {
  readonly lines: Line[] = [];
  readonly #acknowledged = new Map<number, Set<string>>();
  readonly #superseded = new Map<number, Set<string>>();
  readonly #beganMs = performance.now();
  #count = 0;

  nextToken(workspace: number, side: 'h' | 's'): string {
    this.#count += 1;
    return `T${String(workspace).padStart(2, '0')}${side}${String(this.#count).padStart(6, '0')}.`;
  }

  note(workspace: number | undefined, text: string): void {
    this.lines.push({ atMs: Math.round(performance.now() - this.#beganMs), workspace, text });
  }

  acknowledge(workspace: number, tokens: Iterable<string>): void {
    addTo(this.#acknowledged, workspace, tokens);
  }

  /** What the same side itself moved out of the way: it may be anywhere, or nowhere. */
  supersede(workspace: number, tokens: Iterable<string>): void {
    addTo(this.#superseded, workspace, tokens);
  }

  acknowledgedCount(): number {
    return [...this.#acknowledged.values()].reduce((sum, { size }) => sum + size, 0);
  }

  /** Acknowledged, not superseded, and not among `found`. */
  lost(workspace: number, found: ReadonlySet<string>): readonly string[] {
    const superseded = this.#superseded.get(workspace);
    return [...(this.#acknowledged.get(workspace) ?? [])].filter(
      (token) => !found.has(token) && superseded?.has(token) !== true,
    );
  }

  /** The lines that bear on a token, from its write on: of its path, and of its workspace’s syncs and faults. */
  replay(workspace: number, token: string): readonly Line[] {
    const mine = this.lines.filter((line) => line.workspace === workspace || line.workspace === undefined);
    const first = mine.findIndex(({ text }) => text.includes(token));
    const path = /(?:write|append) T\S+ (?<path>.*)$/.exec(
      mine[first]?.text.split('; ').find((part) => part.includes(token)) ?? '',
    )?.groups?.['path'];
    return mine
      .slice(Math.max(0, first - 3))
      .filter(
        ({ text }) =>
          !/(?:write|append|remove|move) /.test(text) || path === undefined || text.includes(path),
      );
  }
}

export function tokensIn(text: string): readonly string[] {
  return text.match(TOKEN) ?? [];
}

function addTo(map: Map<number, Set<string>>, workspace: number, tokens: Iterable<string>): void {
  const set = map.get(workspace) ?? new Set();
  for (const token of tokens) set.add(token);
  map.set(workspace, set);
}
