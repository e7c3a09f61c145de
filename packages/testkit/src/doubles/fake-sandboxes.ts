import {
  LifecycleError,
  type Observation,
  type SandboxId,
  type SandboxInfo,
  type SandboxName,
  type SandboxPhase,
} from '@clamshell/core';

/** A sandbox in memory: names of files that its commands wrote, and when. */
export interface FakeSandbox {
  readonly info: SandboxInfo;
  readonly files: Map<string, number>;
}

/** The gateway of one name. What is removed by others is out of our reach; what we remove must have been seen. */
export class FakeSandboxes {
  current: FakeSandbox | undefined;
  readonly #name: SandboxName;
  #count = 0;

  constructor(name: SandboxName) {
    this.#name = name;
  }

  observe(): Observation {
    return this.current?.info ?? { phase: 'absent' };
  }

  create(labels: Readonly<Record<string, string>>): SandboxInfo {
    if (this.current !== undefined) throw new LifecycleError('SANDBOX_EXISTS', 'It exists');
    this.#count += 1;
    const info = {
      id: `id-${this.#count}` as SandboxId,
      name: this.#name,
      labels,
      phase: 'provisioning',
    } as const;
    this.current = { info, files: new Map() };
    return info;
  }

  setPhase(phase: SandboxPhase): void {
    const { current } = this;
    if (current !== undefined) this.current = { ...current, info: { ...current.info, phase } };
  }

  /** One step of what a gateway does by itself. */
  settle(): void {
    const phase = this.current?.info.phase;
    if (phase === 'provisioning' || phase === 'starting') this.setPhase('ready');
  }
}
