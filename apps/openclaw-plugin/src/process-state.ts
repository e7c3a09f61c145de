import type { Held, OpenScope, Scope } from './scope/scope.ts';

/** What all instances of this module in one process share: OpenClaw may load it more than once. */
export interface ProcessState {
  unregister?: (() => void) | undefined;
  readonly scopes: Map<string, Scope>;
  /** How long a scope stays open that nobody holds, in milliseconds. */
  idleMs: number;
  /** The scope under `key`, opened by the first who asks. */
  hold(key: string, open: () => Promise<OpenScope>): Promise<Held>;
  closeScopes(): Promise<void>;
}

/** Long enough for a model's next word, short enough for a person who waits for the process to end. */
const IDLE_MS = 3000;

const KEY = Symbol.for('clamshell.openclaw');

export function processState(): ProcessState {
  const shared = globalThis as { [KEY]?: ProcessState };
  return (shared[KEY] ??= createProcessState());
}

interface Entry {
  readonly opening: Promise<OpenScope>;
  holders: number;
  idle?: NodeJS.Timeout | undefined;
}

function createProcessState(): ProcessState {
  const entries = new Map<string, Entry>();
  const close = async (key: string, entry: Entry) => {
    clearTimeout(entry.idle);
    if (entries.get(key) === entry) entries.delete(key);
    const [opened] = await Promise.allSettled([entry.opening]);
    if (opened.status === 'fulfilled') await Promise.allSettled([opened.value[Symbol.asyncDispose]()]);
  };
  const state: ProcessState = {
    scopes: new Map(),
    idleMs: IDLE_MS,
    async hold(key, open) {
      const entry = entries.get(key) ?? { opening: open(), holders: 0 };
      entries.set(key, entry);
      clearTimeout(entry.idle);
      entry.holders += 1;
      let isHeld = true;
      let opened: OpenScope | undefined;
      const release = () => {
        if (!isHeld) return;
        isHeld = false;
        entry.holders -= 1;
        if (entry.holders > 0) return;
        if (isHalted(opened)) void close(key, entry);
        else entry.idle = setTimeout(() => void close(key, entry), state.idleMs);
      };
      try {
        opened = await entry.opening;
        return { scope: opened, release };
      } catch (error) {
        if (entries.get(key) === entry) entries.delete(key);
        throw error;
      }
    },
    async closeScopes() {
      await Promise.all([...entries].map(([key, entry]) => close(key, entry)));
    },
  };
  return state;
}

/** Who comes next looks anew: a person may have said meanwhile how to go on. */
function isHalted(opened: OpenScope | undefined): boolean {
  return opened?.session.state.position.at === 'halted';
}
