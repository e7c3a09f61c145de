import { type Logger, redact } from '@clamshell/core';

import type { PluginApi } from './backend.ts';

/** OpenClaw's log, which holds nothing secret of ours. */
export function loggerOf({ logger }: PluginApi): Logger {
  return {
    debug: (message) => logger.debug?.(redact(message)),
    info: (message) => logger.info(redact(message)),
    warn: (message) => logger.warn(redact(message)),
  };
}
