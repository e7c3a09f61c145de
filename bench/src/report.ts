import type { Timing } from './measure.ts';

export interface Row {
  readonly what: string;
  readonly files: number;
  readonly rttMs: number;
}

/** One row with every peer’s time and ours as a share of it; printed as it comes. */
export function report(row: Row, timings: Readonly<Record<string, unknown>>): unknown {
  const peers = timings as Readonly<Record<string, Timing>>;
  const own = peers['clamshell']?.medianMs ?? 0;
  const ratios = Object.fromEntries(
    Object.entries(peers)
      .filter(([name]) => name !== 'clamshell')
      .map(([name, { medianMs }]) => [name, Math.round((own / medianMs) * 100) / 100]),
  );
  console.log(
    `${row.what}, ${row.files} files, RTT ${row.rttMs}: ${own} ms; as a share of ${JSON.stringify(ratios)}`,
  );
  return { ...row, peers, ours: own, ratios };
}
