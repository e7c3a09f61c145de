/** A tree at work may never hold still; then what is missing is taken for unknown. */
const MAX_SCANS = 3;

/** Scans again where entries came or went meanwhile, a few times. */
export async function untilWhole<Found extends { readonly isTorn: boolean }>(
  scan: () => Promise<Found>,
): Promise<Found> {
  for (let count = 1; ; count += 1) {
    const found = await scan();
    if (!found.isTorn || count === MAX_SCANS) return found;
  }
}
