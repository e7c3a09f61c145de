import { afterAll } from 'vitest';

import { describeProcessTable } from './process-tables.ts';
import { sshServers } from './ssh-servers.ts';

const world = new AsyncDisposableStack();
afterAll(() => world.disposeAsync());

for (const server of sshServers(world)) describeProcessTable(server);
