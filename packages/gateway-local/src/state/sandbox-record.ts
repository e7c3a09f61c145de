import * as z from 'zod';

import { LifecycleError } from '@clamshell/core';
import { readTextFile, writeFileAtomic } from '@clamshell/host';

import { policySchema } from '../policy/policy-schema.ts';

const identity = z.object({ pid: z.int().positive(), startTime: z.string(), bootId: z.string() });

const processes = { init: identity.optional(), egress: identity.optional() };

/**
 * `by` is the process at work; `init` the first process of the sandbox, whose end is the end of all others; `egress` its
 * network's proxy, outside it.
 */
const stage = z.discriminatedUnion('at', [
  z.object({ at: z.literal('provisioning'), by: identity, ...processes }),
  z.object({ at: z.literal('starting'), by: identity, ...processes }),
  z.object({ at: z.literal('running'), ...processes, init: identity }),
  z.object({ at: z.literal('stopping'), by: identity, ...processes }),
  z.object({ at: z.literal('stopped') }),
  z.object({ at: z.literal('deleting'), by: identity, ...processes }),
  z.object({ at: z.literal('failed'), message: z.string() }),
]);

const recordSchema = z.object({
  format: z.literal(1),
  id: z.uuid(),
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  /** ISO 8601, UTC. */
  createdAt: z.string(),
  from: z.string().optional(),
  policy: policySchema.optional(),
  env: z.record(z.string(), z.string()),
  /** The main process; without one the sandbox idles. */
  main: z.array(z.string()).min(1).optional(),
  isolation: z.enum(['bwrap', 'unshare', 'none']),
  /** Counts the writes. */
  version: z.int().positive(),
  stage,
});

export type SandboxRecord = z.infer<typeof recordSchema>;
export type Stage = SandboxRecord['stage'];
export type Isolation = SandboxRecord['isolation'];

/** `undefined` when there is no such file; STATE_INVALID when it is something else. */
export async function readRecord(file: string): Promise<SandboxRecord | undefined> {
  const text = await readTextFile(file);
  if (text === undefined) return undefined;
  const parsed = recordSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new LifecycleError(
    'STATE_INVALID',
    `${file} is not a sandbox's record: ${z.prettifyError(parsed.error)}`,
  );
}

export async function writeRecord(file: string, record: SandboxRecord): Promise<SandboxRecord> {
  await writeFileAtomic(file, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  return record;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
}
