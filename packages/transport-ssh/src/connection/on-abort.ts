/**
 * Calls `react` once, with the reason of the first signal that aborts, at once where one already has. Returns what
 * takes the listeners away again: signals of a connection outlive the calls that watch them.
 */
export function onAbort(
  signals: readonly (AbortSignal | undefined)[],
  react: (reason: Error) => void,
): () => void {
  const watched = signals.filter((signal) => signal !== undefined);
  const forget = () => {
    for (const signal of watched) signal.removeEventListener('abort', settle);
  };
  const settle = () => {
    forget();
    react(watched.find(({ aborted }) => aborted)?.reason as Error);
  };
  for (const signal of watched) signal.addEventListener('abort', settle);
  if (watched.some(({ aborted }) => aborted)) settle();
  return forget;
}
