import { describeFsBridgeContract } from '@clamshell/testkit';

import { openMirrored } from '../contracts/fs-bridges.ts';

describeFsBridgeContract('mirrored', {
  open: () => openMirrored(),
});
