import { Command, InvalidArgumentError, Option } from 'commander';

import { ConfigError } from '@clamshell/core';

import { listSandboxes } from '../lifecycle/list-sandboxes.ts';
import { parseLabels } from '../names/parse-pairs.ts';
import type { CliContext, CommandLine } from './cli-context.ts';
import { describeSandbox, type SandboxJson, toJson, toTable } from './describe-sandbox.ts';
import { outputOption } from './output-option.ts';

interface ListOptions {
  readonly limit?: number;
  readonly pageSize?: number;
  readonly offset?: number;
  readonly pageToken?: string;
  readonly ids?: boolean;
  readonly names?: boolean;
  readonly selector?: string;
  readonly output?: string;
}

const MAX_PAGE = 1000;

/** `sandbox list`: with `-o json` a bare array, or an envelope with a continuation token (openshell §1.3). */
export function listCommand(contextOf: () => CliContext, { dialect }: CommandLine): Command {
  const command = new Command('list').description('show the sandboxes of this workspace');
  return withPages(command, dialect.hasPageTokens)
    .addOption(new Option('--ids', 'only ids, one a line').conflicts(['names', 'output']))
    .addOption(new Option('--names', 'only names, one a line').conflicts('output'))
    .option('--selector <labels>', 'only those with these labels, as k=v,…')
    .addOption(outputOption())
    .action(async (options: ListOptions) => {
      const { scope, print } = contextOf();
      const { limit = options.pageSize ?? MAX_PAGE, pageToken } = options;
      const offset = pageToken === undefined ? (options.offset ?? 0) : readToken(pageToken);
      const wanted = Object.entries(parseLabels(options.selector?.split(',') ?? []));
      const all = (await listSandboxes(scope))
        .filter(({ record }) => wanted.every(([key, value]) => record.labels[key] === value))
        .map((view) => describeSandbox(view, scope.workspace));
      const page = all.slice(offset, offset + Math.min(limit, MAX_PAGE));
      const next = offset + page.length < all.length ? makeToken(offset + page.length) : '';
      print(render(page, options, dialect.hasPageTokens ? next : undefined));
    });
}

function withPages(command: Command, hasTokens: boolean): Command {
  const size = hasTokens ? '--page-size <n>' : '--limit <n>';
  command.addOption(new Option(size).default(100).argParser(parseCount));
  if (hasTokens) return command.option('--page-token <token>');
  return command.addOption(new Option('--offset <n>').default(0).argParser(parseCount));
}

/** Opaque to whoever follows it. */
function makeToken(offset: number): string {
  return Buffer.from(`from ${offset}`).toString('base64url');
}

function readToken(token: string): number {
  const offset = /^from (\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString())?.[1];
  if (offset === undefined) throw new ConfigError('CONFIG_INVALID', 'invalid page_token');
  return Number(offset);
}

function render(
  items: readonly SandboxJson[],
  { ids, names, output }: ListOptions,
  nextToken: string | undefined,
): string {
  if (ids) return items.map(({ id }) => `${id}\n`).join('');
  if (names) return items.map(({ name }) => `${name}\n`).join('');
  if (output === 'json')
    return toJson(nextToken === undefined ? items : { sandboxes: items, next_page_token: nextToken });
  return items.length === 0 ? 'No sandboxes found.\n' : toTable(items);
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Not a number.');
  return Number(text);
}
