import { z } from 'zod';

import {
  type ExistingSandboxName,
  isClamshellError,
  LifecycleError,
  parseExistingSandboxName,
  type SandboxId,
  type SandboxInfo,
} from '@clamshell/core';

import { readPhase } from './phases.ts';

const itemSchema = z.object({
  id: z.string().min(1).max(256),
  name: z.string().min(1).max(256),
  phase: z.string(),
  labels: z.record(z.string(), z.string()).default({}),
});

type Item = z.infer<typeof itemSchema>;

const envelopeSchema = z.object({
  sandboxes: z.array(itemSchema),
  next_page_token: z.string().optional(),
});

/** One page of a list: a bare array in the older form, an envelope with a continuation token in the newer. */
export type ListPage =
  | { readonly form: 'array'; readonly count: number; readonly sandboxes: readonly SandboxInfo[] }
  | { readonly form: 'envelope'; readonly nextToken: string; readonly sandboxes: readonly SandboxInfo[] };

/** Throws GATEWAY_REPLY_INVALID unless `text` describes the sandbox called `name`. */
export function parseSandboxReply(text: string, name: ExistingSandboxName): SandboxInfo {
  const item = validate(itemSchema, text);
  if (item.name !== name) {
    throw new LifecycleError(
      'GATEWAY_REPLY_INVALID',
      `The gateway was asked for ${name} and described ${item.name}`,
    );
  }
  return { id: item.id as SandboxId, name, phase: readPhase(item.phase), labels: item.labels };
}

/** Entries whose name no call of this port could address are left out. */
export function parseListReply(text: string): ListPage {
  const reply = validate(z.union([z.array(itemSchema), envelopeSchema]), text);
  if (Array.isArray(reply)) return { form: 'array', count: reply.length, sandboxes: reply.flatMap(toInfo) };
  return {
    form: 'envelope',
    nextToken: reply.next_page_token ?? '',
    sandboxes: reply.sandboxes.flatMap(toInfo),
  };
}

function validate<Schema extends z.ZodType>(schema: Schema, text: string): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new LifecycleError(
    'GATEWAY_REPLY_INVALID',
    `The gateway's reply has another form: ${z.prettifyError(parsed.error)}`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new LifecycleError('GATEWAY_REPLY_INVALID', 'The gateway’s reply is not JSON', { cause });
  }
}

function toInfo({ id, name, phase, labels }: Item): readonly SandboxInfo[] {
  const known = addressableName(name);
  return known === undefined ? [] : [{ id: id as SandboxId, name: known, phase: readPhase(phase), labels }];
}

function addressableName(text: string): ExistingSandboxName | undefined {
  try {
    return parseExistingSandboxName(text);
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return undefined;
  }
}
