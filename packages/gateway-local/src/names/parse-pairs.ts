import { ConfigError } from '@clamshell/core';

/** One rule over a pair: what is wrong with it, or nothing. */
type PairRule = (key: string, value: string) => string | undefined;

/** `--label K=V` and `--env K=V`, repeated: the last of a key holds. Throws CONFIG_INVALID, naming the flag. */
function parsePairs(flag: string, words: readonly string[], broken: PairRule): Record<string, string> {
  const pairs = words.map((word): [string, string] => {
    const [, key, value] = /^([^=]*)=([\s\S]*)$/.exec(word) ?? [];
    if (key === undefined || value === undefined) throw invalid(flag, `'${word}' is not KEY=VALUE`);
    const rule = broken(key, value);
    if (rule !== undefined) throw invalid(flag, rule);
    return [key, value];
  });
  return Object.fromEntries(pairs);
}

function invalid(flag: string, why: string): ConfigError {
  return new ConfigError('CONFIG_INVALID', `invalid ${flag}: ${why}`);
}

const LABEL_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_PREFIX = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** By the rules Kubernetes has for labels (openshell §1.6). */
export function parseLabels(words: readonly string[]): Record<string, string> {
  return parsePairs('--label', words, (key, value) => {
    const [name, prefix] = key.split('/').reverse();
    const isKey = key.split('/').length <= 2 && LABEL_NAME.test(name ?? '');
    if (!isKey || (prefix !== undefined && !LABEL_PREFIX.test(prefix))) return `'${key}' is not a label key`;
    return value === '' || LABEL_NAME.test(value) ? undefined : `'${value}' is not a label value`;
  });
}

const MAX_VARIABLES = 128;
const MAX_KEY_LENGTH = 256;
const MAX_VALUE_LENGTH = 8192;
const MAX_TOTAL_LENGTH = 256 * 1024;

/** The create-time environment, within the gateway's limits (openshell §1.6). */
export function parseVariables(words: readonly string[]): Record<string, string> {
  if (words.length > MAX_VARIABLES) throw invalid('--env', `more than ${MAX_VARIABLES} variables`);
  if (words.join('').length > MAX_TOTAL_LENGTH)
    throw invalid('--env', `more than ${MAX_TOTAL_LENGTH} characters`);
  return parsePairs('--env', words, (key, value) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key) || key.length > MAX_KEY_LENGTH)
      return `'${key}' is not a variable name`;
    if (key.startsWith('OPENSHELL_')) return `'${key}' is reserved`;
    return value.length > MAX_VALUE_LENGTH || /[\n\r\0]/.test(value)
      ? `the value of '${key}' is too long or has a newline`
      : undefined;
  });
}
