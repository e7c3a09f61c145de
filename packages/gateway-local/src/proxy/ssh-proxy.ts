import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { parseArgs } from 'node:util';

import { LifecycleError, TransportError } from '@clamshell/core';

import type { GatewayHost } from '../lifecycle/gateway-host.ts';
import { placeOf, resolveScope, type SandboxPlace, SOCKET_NAME } from '../state/scope.ts';
import { REFUSAL } from './refusal.ts';

interface ProxyStreams {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: NodeJS.WritableStream;
}

/** The flags of openshell §2.2, name mode. `undefined` for a line that can't be understood. */
export function parseProxyFlags(
  args: readonly string[],
): { gateway: string; name: string; workspace: string } | undefined {
  try {
    const flag = { type: 'string' } as const;
    const options = { 'gateway-name': flag, name: flag, workspace: flag };
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const { 'gateway-name': gateway, name, workspace = 'default' } = values;
    return gateway === undefined || name === undefined ? undefined : { gateway, name, workspace };
  } catch {
    return undefined;
  }
}

/**
 * Joins the streams to a sandbox's SSH server. Rejects, with nothing written, while there is no stream to join: no such
 * sandbox, not Ready, or no place for another connection. What happens later only ends the streams (openshell §2.2).
 */
export async function joinSandbox(
  host: Pick<GatewayHost, 'env'>,
  {
    gateway,
    name,
    workspace,
  }: { readonly gateway: string; readonly name: string; readonly workspace: string },
  { stdin, stdout }: ProxyStreams,
): Promise<void> {
  const socket = await openTunnel(placeOf(resolveScope(host.env, gateway, workspace), name));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('end', () => socket.end());
  stdin.pipe(socket);
  stdin.on('error', () => socket.destroy());
  stdout.on('error', () => socket.destroy());
  socket.pipe(stdout);
  await closed;
}

/** A stream to the sandbox's SSH server, which has said its first words by then. Rejects as `joinSandbox` does. */
export async function openTunnel(place: SandboxPlace): Promise<Socket> {
  const socket = await dial(place);
  socket.on('error', () => {});
  socket.unshift(await firstChunk(socket));
  return socket;
}

async function dial(place: SandboxPlace): Promise<Socket> {
  try {
    process.chdir(place.directory);
    const socket = connect({ path: SOCKET_NAME, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  } catch (cause) {
    throw await explain(place, cause);
  }
}

/** Loaded only when something is wrong: a connection must not wait for what reads records. */
async function explain(place: SandboxPlace, cause: unknown): Promise<unknown> {
  const { observeSandbox } = await import('../lifecycle/observe-sandbox.ts');
  const { phase } = await observeSandbox(place);
  if (phase !== 'Ready') return new LifecycleError('SANDBOX_NOT_READY', 'sandbox is not ready', { cause });
  return notConnected(cause);
}

/** The server speaks first, so that its first bytes say whether there is a place. They are a sandbox's, so hostile. */
async function firstChunk(socket: Socket): Promise<Buffer> {
  const chunk = await new Promise<Buffer | undefined>((resolve) => {
    socket.once('close', () => resolve(undefined)).once('end', () => resolve(undefined));
    socket.once('data', (data: Buffer) => {
      socket.pause();
      resolve(data);
    });
  });
  if (chunk === undefined) throw notConnected(undefined);
  if (chunk.toString('latin1') !== REFUSAL) return chunk;
  throw new TransportError('LIMIT_EXCEEDED', 'sandbox SSH connection limit reached');
}

function notConnected(cause: unknown): TransportError {
  const message = 'supervisor relay failed: supervisor session not connected';
  return new TransportError('CONNECTION_FAILED', message, { cause });
}
