/**
 * An error for OpenClaw, which shows its message to the model or the user as it is and knows nothing of our classes.
 * The only place where plain errors are made.
 */
export function hostError(message: string, cause?: unknown): Error {
  return new Error(message, cause === undefined ? undefined : { cause });
}
