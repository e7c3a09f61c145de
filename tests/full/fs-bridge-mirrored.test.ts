import { describeFsBridgeContract } from '@clamshell/testkit';

import { openMirrored } from '../contracts/fs-bridges.ts';

describeFsBridgeContract('mirrored', {
  open: () => openMirrored(),
  incapable: [
    {
      reason: 'two mounts are two mirrors, and nothing moves between them as one step',
      rules: ['rename moves files and directories between mounts'],
    },
    {
      reason: 'the host has programs of its own for that',
      rules: ['a search finds lines by an extended expression, below a directory, through no link'],
    },
  ],
});
