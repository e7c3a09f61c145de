import path from 'node:path';

import { z } from 'zod';

// The kinds of settings, each with messages that name its key. What a schema refuses, its JSON form refuses too, since
// both go by the same patterns; surrounding white space is for the reader of the settings to trim.

export function nonEmpty(key: string) {
  const message = `${key} must be a non-empty string`;
  return z.string(message).regex(/\S/, message);
}

export function choice<const Choices extends readonly [string, ...string[]]>(key: string, choices: Choices) {
  return z.enum(choices, `${key} must be one of ${choices.join(', ')}`);
}

export function flag(key: string) {
  return z.boolean(`${key} must be a boolean`);
}

export function list(key: string) {
  const message = `${key} must be an array of strings`;
  return z.array(z.string(message).regex(/\S/, message), message);
}

export interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: true;
}

export function quantity(key: string, { least, most, whole }: Range) {
  const message = `${key} must be a ${whole === true ? 'whole ' : ''}number between ${least} and ${most}`;
  const number = whole === true ? z.int(message) : z.number(message);
  return number.min(least, message).max(most, message);
}

/** Settings below a key of their own; all defaults where it is left out. */
export function section<Shape extends z.core.$ZodLooseShape>(key: string, shape: Shape) {
  return z.strictObject(shape, `${key} must be an object`).prefault({} as never);
}

/**
 * A directory of the sandbox, below `/sandbox` or `/agent`. Patterns can't follow `..`, so a JSON schema admits every
 * path that holds one, and the rule for those is here alone.
 */
export function remoteRoot(key: string) {
  const isBelow = (value: string) => /^\/(?:sandbox|agent)(?:\/|$)/.test(path.posix.normalize(value.trim()));
  const says = (rule: string) => ({ error: `OpenShell ${key} must ${rule}`, abort: true });
  const empty = { error: `${key} must be a non-empty string`, abort: true };
  return z
    .string(empty)
    .regex(/\S/, empty)
    .regex(/^\s*\//, says('be absolute'))
    .regex(/^\s*[^\0\n]*\s*$/, says('be a single line'))
    .regex(BELOW, says('stay under /sandbox or /agent'))
    .refine(isBelow, says('stay under /sandbox or /agent'));
}

const BELOW = /^\s*\/+(?:\.\/+)*(?:sandbox|agent)(?:\/|\s*$)|\/\.\.(?:\/|\s*$)/;
