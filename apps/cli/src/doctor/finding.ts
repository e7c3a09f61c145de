import { describeFailure } from '../output/failure.ts';

/** What one check saw, and how to mend it where that is not as it should be. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warning' | 'failed' | 'skipped';
  readonly found: string;
  readonly mend?: string;
}

/** A check that passes with what `look` found, and fails with its error and the error's own hint. */
export async function examine(check: string, look: () => Promise<string>): Promise<Finding> {
  try {
    return { check, status: 'ok', found: await look() };
  } catch (error) {
    const { code, message, hint } = describeFailure(error);
    return { check, status: 'failed', found: `${message} [${code}]`, mend: hint };
  }
}

/** A check that makes no sense after another one failed. */
export function skip(check: string, why: string): Finding {
  return { check, status: 'skipped', found: why };
}

export function hasFailed(findings: readonly Finding[], check: string): boolean {
  return findings.some((finding) => finding.check === check && finding.status === 'failed');
}
