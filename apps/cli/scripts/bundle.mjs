import path from 'node:path';

import { bundlePrograms } from '../../../scripts/bundle-programs.mjs';

await bundlePrograms({
  packageRoot: path.resolve(import.meta.dirname, '..'),
  entryPoints: { main: 'src/main.ts' },
  // It finds its own programs by where it is installed.
  external: ['@clamshell/gateway-local'],
});
