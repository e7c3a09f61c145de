import path from 'node:path';

import { bundlePrograms } from '../../../scripts/bundle-programs.mjs';

await bundlePrograms({
  packageRoot: path.resolve(import.meta.dirname, '..'),
  entryPoints: { 'openshell-local': 'src/main.ts', supervisor: 'src/supervisor/main.ts' },
});
