import { Command, InvalidArgumentError, Option } from 'commander';

import { listSandboxes } from '../lifecycle/list-sandboxes.ts';
import { parseLabels } from '../names/parse-pairs.ts';
import type { CliContext } from './cli-context.ts';
import { describeSandbox, type SandboxJson, toJson, toTable } from './describe-sandbox.ts';
import { outputOption } from './output-option.ts';

interface ListOptions {
  readonly limit: number;
  readonly offset: number;
  readonly ids?: boolean;
  readonly names?: boolean;
  readonly selector?: string;
  readonly output?: string;
}

const MAX_PAGE = 1000;

/** `sandbox list`: with `-o json` a bare array (openshell §1.3). */
export function listCommand(contextOf: () => CliContext): Command {
  return new Command('list')
    .description('show the sandboxes of this workspace')
    .addOption(new Option('--limit <n>').default(100).argParser(parseCount))
    .addOption(new Option('--offset <n>').default(0).argParser(parseCount))
    .addOption(new Option('--ids', 'only ids, one a line').conflicts(['names', 'output']))
    .addOption(new Option('--names', 'only names, one a line').conflicts('output'))
    .option('--selector <labels>', 'only those with these labels, as k=v,…')
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const { scope, print } = contextOf();
      const wanted = Object.entries(parseLabels(options.selector?.split(',') ?? []));
      const all = (await listSandboxes(scope))
        .filter(({ record }) => wanted.every(([key, value]) => record.labels[key] === value))
        .map((view) => describeSandbox(view, scope.workspace));
      print(render(all.slice(options.offset, options.offset + Math.min(options.limit, MAX_PAGE)), options));
    });
}

function render(items: readonly SandboxJson[], { ids, names, output }: ListOptions): string {
  if (ids) return items.map(({ id }) => `${id}\n`).join('');
  if (names) return items.map(({ name }) => `${name}\n`).join('');
  if (output === 'json') return toJson(items);
  return items.length === 0 ? 'No sandboxes found.\n' : toTable(items);
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
}
