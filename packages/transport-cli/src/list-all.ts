import { LifecycleError, type SandboxInfo } from '@clamshell/core';

import { type ListPage, parseListReply } from './parse-reply.ts';
import type { CommandRunner } from './run-command.ts';

/** The gateway's own default (openshell §1.2). */
const PAGE_SIZE = 100;

/** A gateway that pages on for ever is broken or hostile. */
const MAX_PAGES = 100;

/** Every sandbox of the gateway and workspace, page by page. */
export async function listAll(
  run: CommandRunner,
  signal: AbortSignal | undefined,
): Promise<readonly SandboxInfo[]> {
  const found: SandboxInfo[] = [];
  let next: string | undefined = '';
  for (let pages = 1; next !== undefined; pages += 1) {
    if (pages > MAX_PAGES)
      throw new LifecycleError('GATEWAY_REPLY_INVALID', `The list has over ${MAX_PAGES} pages`);
    const reply = await run(['sandbox', 'list', '-o', 'json', ...(next === '' ? [] : [next])], { signal });
    const page = parseListReply(reply);
    found.push(...page.sandboxes);
    next = nextPageArgument(page, pages);
  }
  return found;
}

function nextPageArgument(page: ListPage, pages: number): string | undefined {
  if (page.form === 'envelope') return page.nextToken === '' ? undefined : `--page-token=${page.nextToken}`;
  return page.count < PAGE_SIZE ? undefined : `--offset=${pages * PAGE_SIZE}`;
}
