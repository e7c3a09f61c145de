import { isClamshellError } from '@clamshell/core';

import { chooseDialect, DEFAULT_DIALECT, type Dialect } from '../dialect/dialect.ts';
import { renderReport, type Report } from './render-report.ts';
import { reportedMessage } from './status-text.ts';

/** The text for stderr. Codes whose hint is Clamshell's own advice, not the tool's, go without. */
export function reportFailure(error: unknown, env: Readonly<Record<string, string | undefined>>): string {
  return renderReport(describe(error, statusForm(env)), env) + after(error);
}

/** That of the default where the wish for another is itself what failed. */
function statusForm(env: Readonly<Record<string, string | undefined>>): Dialect['status'] {
  try {
    return chooseDialect(env['OPENSHELL_LOCAL_DIALECT']).status;
  } catch (error) {
    if (!isClamshellError(error)) throw error;
    return DEFAULT_DIALECT.status;
  }
}

function describe(error: unknown, form: Dialect['status']): Report {
  if (!isClamshellError(error)) return { message: foreignMessage(error) };
  const help = error.code === 'ISOLATION_UNAVAILABLE' ? error.hint : undefined;
  return { message: reportedMessage(error.code, error.message, form), help };
}

/** The system's own words; where in the program it was only for what looks like a mistake in it. */
function foreignMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'syscall' in error ? error.message : (error.stack ?? error.message);
}

function after(error: unknown): string {
  if (!isClamshellError(error) || error.code !== 'SANDBOX_EXISTS') return '';
  return 'hint: delete it first with: openshell sandbox delete <name>\n';
}
