/** Runs work on both sides at once. When one fails the other is aborted, and the first failure is thrown. */
export async function sideBySide<Host, Sandbox>(
  signal: AbortSignal | undefined,
  work: {
    readonly host: (signal: AbortSignal) => Promise<Host>;
    readonly sandbox: (signal: AbortSignal) => Promise<Sandbox>;
  },
): Promise<readonly [Host, Sandbox]> {
  const failure = new AbortController();
  const either = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  try {
    return await Promise.all([work.host(either), work.sandbox(either)]);
  } catch (error) {
    failure.abort(error);
    throw error;
  }
}
