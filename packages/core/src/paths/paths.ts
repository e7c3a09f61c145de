import path from 'node:path';

import { ConfigError } from '../errors/clamshell-error.ts';
import { escapeControls } from '../errors/redact.ts';
import type { Brand } from './brands.ts';

/** An absolute path on the host, as the text Node takes. */
export type HostPath = Brand<string, 'HostPath'>;

/** An absolute, normalised POSIX path in the sandbox, as text. */
export type RemotePath = Brand<string, 'RemotePath'>;

/**
 * A path below a mount's root, `/`-separated, its bytes kept exactly: one character per byte (latin1). Never empty,
 * absolute, or with an empty, `.` or `..` component; at most 4,096 bytes, 255 a component.
 */
export type RelPath = Brand<string, 'RelPath'>;

const MAX_PATH_BYTES = 4096;
const MAX_NAME_BYTES = 255;

export function parseHostPath(text: string): HostPath {
  if (!path.isAbsolute(text) || text.includes('\0')) {
    throw new ConfigError('PATH_INVALID', `Not an absolute host path: ${text}`, {
      hint: 'Give an absolute path.',
    });
  }
  return path.resolve(text) as HostPath;
}

/** Throws PATH_INVALID unless `text` is absolute and already in its normal form, and not `/` itself. */
export function parseRemotePath(text: string): RemotePath {
  const isNormal = path.posix.isAbsolute(text) && path.posix.normalize(text) === text && !text.endsWith('/');
  if (!isNormal || /[\0\n]/.test(text)) {
    throw new ConfigError('PATH_INVALID', `Not an absolute sandbox path in normal form: ${text}`, {
      hint: 'Give an absolute path without "..", doubled or trailing slashes.',
    });
  }
  return text as RemotePath;
}

/** `undefined` for bytes that may not name an entry of a mount; used on everything a sandbox sends. */
export function asRelPath(latin1: string): RelPath | undefined {
  if (latin1.length === 0 || latin1.length > MAX_PATH_BYTES || latin1.includes('\0')) return undefined;
  return latin1.split('/').every(isName) ? (latin1 as RelPath) : undefined;
}

function isName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && name.length <= MAX_NAME_BYTES;
}

/** As `asRelPath`, throwing PATH_INVALID. */
export function parseRelPath(latin1: string): RelPath {
  const parsed = asRelPath(latin1);
  if (parsed === undefined)
    throw new ConfigError('PATH_INVALID', `Not a path inside a mount: ${escapeControls(latin1)}`);
  return parsed;
}

/** The RelPath of Unicode text, such as a command-line argument. */
export function relPathFromText(text: string): RelPath {
  return parseRelPath(Buffer.from(text, 'utf8').toString('latin1'));
}

/** `undefined` at the mount's root. */
export function parentOf(relPath: RelPath): RelPath | undefined {
  const slash = relPath.lastIndexOf('/');
  return slash === -1 ? undefined : (relPath.slice(0, slash) as RelPath);
}

export function baseNameOf(relPath: RelPath): string {
  return relPath.slice(relPath.lastIndexOf('/') + 1);
}

/** For people: decoded as UTF-8 where it is, with everything that could drive a terminal escaped. */
export function displayPath(relPath: RelPath): string {
  const decoded = Buffer.from(relPath, 'latin1').toString('utf8');
  const text = decoded.includes('\ufffd') ? relPath : decoded;
  return escapeControls(text).replaceAll('\n', '\\n').replaceAll('\t', '\\t');
}
