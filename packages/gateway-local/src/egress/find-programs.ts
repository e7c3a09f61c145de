import { readdirSync, readFileSync, readlinkSync, type Stats, statSync } from 'node:fs';

/** A connection as the network it comes from sees it, on IPv4 loopback. */
export interface LocalConnection {
  readonly fromPort: number;
  readonly toPort: number;
}

/**
 * The programs that hold the client's end of a connection, in the network namespace of process `init`; empty where that
 * can't be told. The kernel is asked, never the sandbox: the connection's own ports, the table of its namespace, and
 * whose descriptor the socket is.
 */
export function findPrograms(init: number, connection: LocalConnection): readonly Stats[] {
  const inode = findInode(init, connection);
  const network = readLink(`/proc/${init}/ns/net`);
  if (inode === undefined || network === undefined) return [];
  const programs = numbersIn('/proc')
    .filter((pid) => readLink(`/proc/${pid}/ns/net`) === network && holds(pid, inode))
    .map((pid) => statOf(`/proc/${pid}/exe`));
  // One holder that can't be looked at could be anybody.
  return programs.every((program) => program !== undefined) ? programs : [];
}

/** Whether each of the programs is one of these files, as process `init` sees them. */
export function areAll(programs: readonly Stats[], init: number, paths: readonly string[]): boolean {
  const files = paths.map((path) => statOf(`/proc/${init}/root${path}`)).filter((file) => file !== undefined);
  return (
    programs.length > 0 &&
    programs.every((program) => files.some(({ dev, ino }) => dev === program.dev && ino === program.ino))
  );
}

const ESTABLISHED = '01';

/** A client that speaks IPv6 is in the other table, with an IPv4 address inside. */
function findInode(init: number, { fromPort, toPort }: LocalConnection): string | undefined {
  const rows = ['tcp', 'tcp6'].flatMap((table) =>
    readText(`/proc/${init}/net/${table}`).split('\n').slice(1),
  );
  const hex = (port: number) => port.toString(16).toUpperCase().padStart(4, '0');
  const ends = [`0100007F:${hex(fromPort)}`, `0100007F:${hex(toPort)}`];
  const found = rows
    .map((row) => row.trim().split(/\s+/))
    .find(([, local, remote, state]) => {
      return state === ESTABLISHED && local?.endsWith(ends[0] ?? '') && remote?.endsWith(ends[1] ?? '');
    });
  const inode = found?.[9];
  return inode === '0' ? undefined : inode;
}

function holds(pid: string, inode: string): boolean {
  return numbersIn(`/proc/${pid}/fd`).some((fd) => readLink(`/proc/${pid}/fd/${fd}`) === `socket:[${inode}]`);
}

function numbersIn(directory: string): readonly string[] {
  return unlessGone(() => readdirSync(directory).filter((name) => /^\d+$/.test(name))) ?? [];
}

function readLink(file: string): string | undefined {
  return unlessGone(() => readlinkSync(file));
}

function readText(file: string): string {
  return unlessGone(() => readFileSync(file, 'latin1')) ?? '';
}

function statOf(file: string): Stats | undefined {
  return unlessGone(() => statSync(file));
}

/** Processes come and go, and some are not ours to look at. */
function unlessGone<Value>(look: () => Value): Value | undefined {
  try {
    return look();
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return undefined;
    throw error;
  }
}
