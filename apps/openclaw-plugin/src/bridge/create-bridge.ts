import type { SandboxFsBridge } from '../openclaw/fs-bridge.ts';
import { mutations } from './mutations.ts';
import { pathMappings } from './places.ts';
import { queries } from './queries.ts';
import type { BridgeDeps } from './with-place.ts';

/** OpenClaw's file tools over one scope's files. Calls may overlap. */
export function createBridge(deps: BridgeDeps): SandboxFsBridge {
  return {
    ...queries(deps),
    ...mutations(deps),
    get pathMappings() {
      return pathMappings(deps.mounts);
    },
  };
}
