import { describe, expect, test } from 'vitest';

import * as core from '../index.ts';

const { ClamshellError, ERROR_CODES, isClamshellError } = core;

describe('an error', () => {
  test('has its code’s hint and retry policy', () => {
    const error = new core.TransportError('CONNECTION_LOST', 'gone');
    expect(error).toMatchObject({
      name: 'TransportError',
      code: 'CONNECTION_LOST',
      message: 'gone',
      hint: ERROR_CODES.CONNECTION_LOST.hint,
      retry: 'after-reconnect',
      context: {},
    });
    expect(error).not.toHaveProperty('cause');
  });

  test('keeps its cause, and a hint that betters its code’s', () => {
    const cause = new TypeError('x');
    const error = new core.FsError('FILE_IO_FAILED', 'no', { cause, hint: 'Free some space.' });
    expect([error.cause, error.hint]).toEqual([cause, 'Free some space.']);
  });

  test('shows no secret in its message, its hint or its context, and drives no terminal', () => {
    const error = new ClamshellError('CONFIG_INVALID', 'PASSWORD=x1', {
      hint: 'TOKEN=x2',
      context: { stderr: 'TOKEN=x3\x1b[2J', bytes: 3, isLate: true },
    });
    expect(`${error.message}${error.hint}${error.context['stderr']}`).not.toMatch(/x[123]/);
    expect(error.context).toEqual({ stderr: 'TOKEN=[secret]', bytes: 3, isLate: true });
  });

  test.each([
    ['ConfigError', core.ConfigError],
    ['LifecycleError', core.LifecycleError],
    ['TransportError', core.TransportError],
    ['CommandError', core.CommandError],
    ['SyncError', core.SyncError],
    ['FsError', core.FsError],
    ['ClamshellError', ClamshellError],
  ])('of class %s says so, and is one of ours', (name, ErrorClass) => {
    const error = new ErrorClass('CONFIG_INVALID', 'x');
    expect([error.name, error instanceof ClamshellError, isClamshellError(error)]).toEqual([
      name,
      true,
      true,
    ]);
    expect(String(error)).toBe(`${name}: x`);
  });
});

describe('isClamshellError', () => {
  test('knows an error of another copy of this package', async () => {
    const second = './clamshell-error.ts?second-copy';
    const copy = (await import(second)) as typeof core;
    const error = new copy.SyncError('SYNC_HALTED', 'x');
    expect(error).not.toBeInstanceOf(ClamshellError);
    expect(isClamshellError(error)).toBe(true);
    expect(copy.isClamshellError(new ClamshellError('SYNC_HALTED', 'x'))).toBe(true);
  });

  test.each([
    [new Error('x')],
    [null],
    [undefined],
    ['clamshell.error'],
    [{ code: 'SYNC_HALTED' }],
    [() => {}],
  ])('%j is none', (value) => {
    expect(isClamshellError(value)).toBe(false);
  });
});

test.each(Object.entries(ERROR_CODES))('%s says what to do, in one line without a secret', (code, row) => {
  expect(code).toMatch(/^[A-Z]+(?:_[A-Z]+)*$/);
  expect(row.hint).toMatch(/^[A-Z][^\n]{10,}(?:\.|clamshell [a-z]+|openshell [a-z ]+)$/);
  expect(core.redact(row.hint)).toBe(row.hint);
  expect(['never', 'same-call', 'after-reconnect']).toContain(row.retry);
});
