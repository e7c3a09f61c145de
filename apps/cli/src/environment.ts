import type { Clock } from '@clamshell/core';

/** The world as the composition root hands it in. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
}
