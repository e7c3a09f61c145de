/** Runs jobs at once. When some fail the first failure is thrown, but not before all are over. */
export async function allOver(jobs: readonly Promise<unknown>[]): Promise<void> {
  const results = await Promise.allSettled(jobs);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}
