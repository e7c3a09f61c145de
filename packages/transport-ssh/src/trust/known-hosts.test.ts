import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

import { afterAll, describe, expect, test } from 'vitest';

import { knownName, KnownKeys } from './known-hosts.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'clamshell-known-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const isMissing = (() => {
  try {
    execFileSync('ssh-keygen', ['-l', '-f', '/nowhere'], { stdio: 'pipe' });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  return false;
})();
const why = isMissing && process.env['CI'] !== 'true' ? ' (skipped: ssh-keygen is not installed)' : '';

/** A public key of OpenSSH's making: its line, and its bytes. */
function makeKey(type: string) {
  const file = path.join(directory, `${type}-${Math.random()}`);
  execFileSync('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', '', '-f', file]);
  const line = readFileSync(`${file}.pub`, 'utf8').trim();
  return { line, bytes: Buffer.from(line.split(' ')[1] ?? '', 'base64') };
}

function hashed(text: string): string {
  const file = path.join(directory, 'hashed');
  writeFileSync(file, text);
  execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' });
  return readFileSync(file, 'utf8');
}

/** Whether OpenSSH finds the host in it. */
function isFoundByOpenSsh(text: string, name: string): boolean {
  const file = path.join(directory, 'asked');
  writeFileSync(file, text);
  try {
    return execFileSync('ssh-keygen', ['-F', name, '-f', file], { stdio: 'pipe' }).length > 0;
  } catch {
    return false;
  }
}

describe.skipIf(why !== '')(`KnownKeys${why}`, () => {
  const ours = makeKey('ed25519');
  const other = makeKey('ecdsa');

  test.each<[string, string, string, boolean]>([
    ['a plain name', 'box', 'box', true],
    ['another name', 'box', 'boxer', false],
    ['upper case', 'Box', 'bOX', true],
    ['a list', 'a,box,10.0.0.1', '10.0.0.1', true],
    ['a pattern', '*.example.org', 'x.example.org', true],
    ['a pattern that does not match', '*.example.org', 'example.org', false],
    ['one character', 'b?x', 'box', true],
    ['an exception', '*.example.org,!bad.example.org', 'bad.example.org', false],
    ['a port', '[box]:2222', '[box]:2222', true],
    ['another port', '[box]:2222', '[box]:22', false],
    ['no port', 'box', '[box]:2222', false],
    ['a dot, which is none for a pattern', 'b.x', 'box', false],
    ['an IPv6 address', '[fe80::1]:2222', '[fe80::1]:2222', true],
  ])('%s is read as OpenSSH reads it', (_rule, hosts, name, isThere) => {
    const text = `${hosts} ${ours.line}\n`;
    const readAll = [text, ...(/[*?!]/.test(hosts) ? [] : [hashed(text)])];
    for (const known of readAll) {
      expect(isFoundByOpenSsh(known, name.toLowerCase())).toBe(isThere);
      expect(new KnownKeys(known, name).judge(ours.bytes)).toBe(isThere ? 'known' : 'unknown');
    }
  });

  test.each([
    ['another key is a changed one', `box ${other.line}`, 'changed'],
    ['one of two', `box ${other.line}\nbox ${ours.line}`, 'known'],
    ['revoked', `@revoked * ${ours.line}\nbox ${ours.line}`, 'revoked'],
    ['another is revoked', `@revoked * ${other.line}\nbox ${ours.line}`, 'known'],
    ['an authority alone', `@cert-authority *.org,box ${ours.line}`, 'certificate'],
    ['an authority of others', `@cert-authority *.org ${ours.line}`, 'unknown'],
    ['a marker that nobody knows', `@trusted box ${ours.line}`, 'unknown'],
    [
      'comments and what is no line',
      `# box ${ours.line}\n\nbox\nbox ssh-ed25519\n|1|x|y ${ours.line}`,
      'unknown',
    ],
    ['an empty file', '', 'unknown'],
  ])('%s', (_rule, text, verdict) => {
    for (const known of [text, text.replaceAll('\n', '\n\n'), hashedWhereItCan(text)])
      expect(new KnownKeys(known, 'box').judge(ours.bytes)).toBe(verdict);
  });

  test('the types of its keys are told, those of an authority are not', () => {
    const text = `box ${other.line}\n@cert-authority box ${ours.line}`;
    expect(new KnownKeys(text, 'box').types).toEqual(['ecdsa-sha2-nistp256']);
  });
});

function hashedWhereItCan(text: string): string {
  return text.includes('|') || text === '' || !text.startsWith('box') ? text : hashed(`${text}\n`);
}

test('the port is part of the name but for the usual one', () => {
  expect(knownName({ host: 'box', port: 22 })).toBe('box');
  expect(knownName({ host: 'box', port: 2222 })).toBe('[box]:2222');
});
