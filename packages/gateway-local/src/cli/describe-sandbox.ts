import type { SandboxView } from '../lifecycle/observe-sandbox.ts';

/** One sandbox as `create`, `get` and `list` show it with `-o json` (openshell §1.3). */
export interface SandboxJson {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly resource_version: number;
  readonly created_at: string;
  readonly phase: string;
  readonly current_policy_version: number;
}

export function describeSandbox({ record, phase }: SandboxView, workspace: string): SandboxJson {
  return {
    id: record.id,
    name: record.name,
    workspace,
    labels: record.labels,
    annotations: {},
    resource_version: record.version,
    created_at: record.createdAt.slice(0, 19).replace('T', ' '),
    phase,
    current_policy_version: 1,
  };
}

/** What only `get` adds. */
export function describePolicy({ record }: SandboxView): Readonly<Record<string, unknown>> {
  return { policy_source: 'sandbox', revision: 1, policy: record.policy ?? { version: 1 } };
}

export function toJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** For people: columns padded to the widest cell. */
export function toTable(items: readonly SandboxJson[]): string {
  const rows = [
    ['NAME', 'PHASE', 'CREATED', 'ID'],
    ...items.map((item) => [item.name, item.phase, item.created_at, item.id]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
