import { expect, test } from 'vitest';

import { parseRelPath } from '@clamshell/core';

import { Hints } from './hints.ts';

test('each place is told once, and again when it changes again', async () => {
  const hints = new Hints();
  for (const name of ['a', 'b', 'a']) hints.add(parseRelPath(name));
  expect(await hints.take()).toEqual(['a', 'b']);
  hints.add(parseRelPath('a'));
  expect(await hints.take()).toEqual(['a']);
});

test('a flood is told as everything, and takes no room', async () => {
  const hints = new Hints();
  for (let index = 0; index < 100_000; index += 1) hints.add(parseRelPath(`f${index}`));
  expect(await hints.take()).toEqual([undefined]);
  hints.add(parseRelPath('after'));
  expect(await hints.take()).toEqual(['after']);
});

test('who waits is told of the end, after what came before it', async () => {
  const hints = new Hints();
  const waiting = hints.take();
  hints.add(parseRelPath('last'));
  hints.end();
  expect(await waiting).toEqual(['last']);
  expect(await hints.take()).toEqual([]);
});
