import { createHash } from 'node:crypto';

import { LifecycleError, parseExistingSandboxName, type SandboxId, type SandboxInfo } from '@clamshell/core';

const FIELDS = 3;

/** What READ printed. Throws GATEWAY_REPLY_INVALID for anything else: it is the host's word. */
export function parseSandboxes(bytes: Uint8Array, hostKey: Uint8Array): readonly SandboxInfo[] {
  const fields = Buffer.from(bytes).toString('utf8').split('\0');
  if (fields.pop() !== '' || fields.length % FIELDS !== 0) throw invalid();
  return Array.from({ length: fields.length / FIELDS }, (_, index) =>
    parseSandbox(fields.slice(index * FIELDS, (index + 1) * FIELDS), hostKey),
  );
}

/** The id of a sandbox: its nonce, on the host with this key. */
export function hostMark(nonce: string, hostKey: Uint8Array): SandboxId {
  return `${nonce}-${createHash('sha256').update(hostKey).digest('hex').slice(0, 16)}` as SandboxId;
}

export function nonceOf(id: SandboxId): string {
  return id.split('-')[0] ?? '';
}

function parseSandbox([name = '', phase, text = '']: readonly string[], hostKey: Uint8Array): SandboxInfo {
  const [nonce = '', , , labels = ''] = text.split('\n');
  if (!/^[0-9a-f]{32}$/.test(nonce) || (phase !== 'ready' && phase !== 'stopped')) throw invalid();
  return {
    id: hostMark(nonce, hostKey),
    name: parseExistingSandboxName(name),
    phase,
    labels: parseLabels(labels),
  };
}

function parseLabels(text: string): Readonly<Record<string, string>> {
  let labels: unknown;
  try {
    labels = JSON.parse(text);
  } catch {
    throw invalid();
  }
  if (typeof labels !== 'object' || labels === null) throw invalid();
  if (!Object.values(labels).every((label) => typeof label === 'string')) throw invalid();
  return labels as Readonly<Record<string, string>>;
}

function invalid(): LifecycleError {
  return new LifecycleError('GATEWAY_REPLY_INVALID', 'What the host keeps about its sandboxes can’t be read');
}
