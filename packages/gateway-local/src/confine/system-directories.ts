import { lstatSync, readlinkSync } from 'node:fs';

/** A top-level directory of programs and libraries, as this host has it. */
export type SystemDirectory =
  | { readonly path: string; readonly kind: 'directory' }
  | { readonly path: string; readonly kind: 'link'; readonly target: string };

const CANDIDATES = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What of the host's `/etc` is no secret and no setting, but part of its programs. */
export const SHARED_ETC = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ssl/certs',
  '/etc/pki/ca-trust/extracted',
];

export function listSystemDirectories(): readonly SystemDirectory[] {
  return CANDIDATES.flatMap((path): SystemDirectory[] => {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) return [{ path, kind: 'link', target: readlinkSync(path) }];
    return stat?.isDirectory() ? [{ path, kind: 'directory' }] : [];
  });
}
