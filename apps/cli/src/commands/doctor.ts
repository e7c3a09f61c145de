import type { CommandContext } from '../context.ts';
import { checkGateway } from '../doctor/check-gateway.ts';
import { checkHost } from '../doctor/check-host.ts';
import { checkSandbox } from '../doctor/check-sandbox.ts';
import type { Finding } from '../doctor/finding.ts';
import { EXIT } from '../exit-codes.ts';
import { writeJson } from '../output/json.ts';

const SIGNS = { ok: '✓', warning: '!', failed: '✗', skipped: '-' } as const;

/** Looks at everything a run needs, without making or changing anything, and says how to mend what is wrong. */
export async function doctorCommand(context: CommandContext): Promise<number> {
  const { json, progress, streams } = context;
  const findings: Finding[] = [];
  for (const check of [checkHost, checkGateway, checkSandbox]) {
    progress.begin('examine');
    for await (const finding of check(context, findings)) {
      findings.push(finding);
      progress.clear();
      if (!json) streams.stdout.write(describeFinding(finding));
    }
  }
  const healthy = findings.every(({ status }) => status !== 'failed');
  writeJson(context, { healthy, checks: findings });
  return healthy ? EXIT.done : EXIT.differs;
}

function describeFinding({ check, status, found, mend }: Finding): string {
  const line = `${SIGNS[status]} ${check.padEnd(14)} ${found}\n`;
  return mend === undefined ? line : `${line}  ${''.padEnd(14)} do: ${mend}\n`;
}
