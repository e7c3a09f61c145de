import { vi } from 'vitest';

import { describeCliLifecycle } from './cli-suites.ts';

vi.setConfig({ testTimeout: 120_000 });

// The oldest form and the newest; the long suites have all.
describeCliLifecycle('0.0.85');
describeCliLifecycle('0.1.5');
