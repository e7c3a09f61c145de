import { invariant } from '../errors/invariant.ts';
import type { SessionDeps, SessionLink, SessionSpec } from './session-deps.ts';

/** The effects that make durable what a crash must not forget. */
export function createRecordEffects(deps: SessionDeps, spec: SessionSpec, link: SessionLink) {
  const identity = () => {
    invariant(link.sandbox !== undefined, 'a record names an observed sandbox');
    return { sandboxName: spec.name, sandboxId: link.sandbox.id };
  };
  return {
    async owed(run: string): Promise<undefined> {
      await deps.store.update(spec.key, (current) => ({
        ...identity(),
        owed: true,
        runs: [...(current?.runs ?? []), { id: run, owner: spec.owner }],
      }));
    },
    async settled(run: string | undefined, owed: boolean): Promise<undefined> {
      await deps.store.update(spec.key, (current) => {
        const runs = (current?.runs ?? []).filter(({ id, owner }) => id !== run && deps.isOwnerAlive(owner));
        return { ...identity(), owed: owed || runs.length > 0, runs };
      });
    },
  };
}
