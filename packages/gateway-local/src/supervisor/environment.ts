import { INSIDE, SYSTEM_PATH } from '../confine/plan.ts';
import { EGRESS_PORT } from './egress-listener.ts';
import type { SupervisorSettings } from './settings.ts';

/** All that a command finds in its environment before its login shell adds to it (openshell §2.5). */
export function commandEnvironment({ home, env, hasEgress }: SupervisorSettings): Record<string, string> {
  return {
    ...env,
    ...(hasEgress === true ? PROXY : {}),
    OPENSHELL_SANDBOX: '1',
    HOME: home,
    USER: INSIDE.user,
    SHELL: '/bin/bash',
    PATH: `${SYSTEM_PATH}:${INSIDE.binaries}`,
    TERM: 'dumb',
  };
}

/** In both spellings, for programs that know only one. */
const PROXY: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ['HTTP_PROXY', 'HTTPS_PROXY', 'http_proxy', 'https_proxy'].map((name) => [
      name,
      `http://127.0.0.1:${EGRESS_PORT}`,
    ]),
  ),
  NO_PROXY: '127.0.0.1,localhost,::1',
  no_proxy: '127.0.0.1,localhost,::1',
  NODE_USE_ENV_PROXY: '1',
};
