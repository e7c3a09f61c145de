import type { BridgePath } from '@clamshell/core';

import type { MountTable } from './mount-table.ts';

/** What both bridges say of names without reaching for a file. */
export abstract class MountedBridge {
  protected readonly table: MountTable;

  constructor(table: MountTable) {
    this.table = table;
  }

  get mounts() {
    return this.table.mounts;
  }

  resolve(name: string, cwd?: string) {
    return this.table.resolve(name, cwd);
  }

  locate(at: BridgePath) {
    return this.table.locate(at);
  }
}
