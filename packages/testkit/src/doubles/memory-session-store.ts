import type { SessionRecord, SessionStore } from '@clamshell/core';

/** A session store that lives and dies with the process. */
export function createMemorySessionStore(): SessionStore {
  const records = new Map<string, SessionRecord>();
  return {
    read: (key) => Promise.resolve(copy(records.get(key))),
    async update(key, change) {
      const next = copy(change(copy(records.get(key))));
      if (next === undefined) records.delete(key);
      else records.set(key, next);
      return copy(next);
    },
  };
}

function copy(record: SessionRecord | undefined): SessionRecord | undefined {
  return record === undefined ? undefined : structuredClone(record);
}
