import { expect, test } from 'vitest';

import { gatewayEnvironment } from '../index.ts';

test.each([
  ['what finds programs and files passes', 'PATH', true],
  ['the XDG directories pass', 'XDG_CONFIG_HOME', true],
  ['the gateway’s own settings pass', 'OPENSHELL_GATEWAY', true],
  ['locales pass', 'LC_ALL', true],
  ['proxies pass in lower case', 'https_proxy', true],
  ['an OpenShell secret stays', 'OPENSHELL_OIDC_CLIENT_SECRET', false],
  ['an OpenShell token stays', 'OPENSHELL_EDGE_TOKEN', false],
  ['an SSH agent stays', 'SSH_AUTH_SOCK', false],
  ['a cloud key stays', 'AWS_SECRET_ACCESS_KEY', false],
  ['what steers Node stays', 'NODE_OPTIONS', false],
  ['what steers the loader stays', 'LD_PRELOAD', false],
])('%s', (_rule, name, passes) => {
  expect(gatewayEnvironment({ [name]: 'x' })).toEqual(passes ? { [name]: 'x' } : {});
});
