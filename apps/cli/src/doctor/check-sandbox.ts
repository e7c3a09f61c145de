import { locateSandbox } from '../commands/locate-sandbox.ts';
import type { CommandContext } from '../context.ts';
import { examine, type Finding, hasFailed, skip } from './finding.ts';

/** The workspace's sandbox: that it is there and ours, that SSH leads into it, and that it has the mirror's tools. */
export async function* checkSandbox(
  context: CommandContext,
  findings: readonly Finding[],
): AsyncGenerator<Finding> {
  const isBlocked = ['gateway', 'tool', 'configuration', 'workspace'].some((check) =>
    hasFailed(findings, check),
  );
  if (isBlocked) {
    for (const check of ['sandbox', 'ssh', 'mirror']) yield skip(check, 'not without a gateway');
    return;
  }
  let phase = 'unknown';
  const sandbox = await examine('sandbox', async () => {
    const { sandbox: name, seen } = await locateSandbox(context);
    ({ phase } = seen);
    return `${name} is ${phase}`;
  });
  yield sandbox;
  if (phase !== 'ready') {
    for (const check of ['ssh', 'mirror'])
      yield skip(check, 'no sandbox runs; start it with: clamshell create');
    return;
  }
  yield* checkInside(context);
}

async function* checkInside(context: CommandContext): AsyncGenerator<Finding> {
  const { session } = await context.open();
  await using _session = session;
  const ssh = await examine('ssh', async () => {
    const phases = await session.ensure({ signal: context.signal });
    return `connected in ${Math.round(phases.reduce((sum, { ms }) => sum + ms, 0))} ms`;
  });
  yield ssh;
  if (ssh.status === 'failed') return yield skip('mirror', 'not without a connection');
  yield await examine('mirror', async () => {
    const plan = await session.plan({ signal: context.signal });
    if (plan.status === 'halted') return `a sync would halt: ${plan.reason}`;
    return `the sandbox has what a sync needs; ${plan.actions.length} paths differ`;
  });
}
