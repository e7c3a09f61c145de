import { createServer, type IncomingMessage, request, type ServerResponse, STATUS_CODES } from 'node:http';
import { connect, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

import { admit, type Destination, type EgressPolicy, type Refusal } from './admit.ts';

/** Of one sandbox at once; those beyond are closed. */
const MAX_CONNECTIONS = 256;
const CONNECT_DEADLINE_MS = 30_000;

/**
 * The way out of a sandbox: an HTTP proxy, by CONNECT and by whole URLs, on a listener that lies in the sandbox's own
 * network. All that comes in is hostile.
 */
export function serveEgress(listener: Server, policy: EgressPolicy): void {
  const http = createServer((incoming, response) => void forward(policy, incoming, response));
  http.on(
    'connect',
    (incoming, client, head) => void tunnel(policy, incoming, { client: client as Socket, head }),
  );
  http.on('clientError', (_, socket) => socket.destroy());
  listener.maxConnections = MAX_CONNECTIONS;
  listener.on('connection', (socket) => {
    // What has left the HTTP server by CONNECT has no listener of its own while it is judged.
    socket.on('error', () => {});
    http.emit('connection', socket);
  });
}

async function tunnel(
  policy: EgressPolicy,
  incoming: IncomingMessage,
  { client, head }: { readonly client: Socket; readonly head: Buffer },
): Promise<void> {
  const destination = parseAuthority(incoming.url ?? '');
  const address = destination && (await admit(policy, portsOf(client), destination));
  if (address === undefined || 'status' in address) return answer(client, address ?? MALFORMED);
  const upstream = connect({ ...address, timeout: CONNECT_DEADLINE_MS, noDelay: true });
  const fail = () => {
    upstream.destroy();
    answer(client, UNREACHABLE);
  };
  upstream.once('timeout', fail).once('error', fail);
  client.once('close', () => upstream.destroy());
  upstream.once('connect', () => {
    upstream.off('timeout', fail).off('error', fail).setTimeout(0);
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    upstream.write(head);
    pipeline(client, upstream, client, () => {});
  });
}

const MALFORMED: Refusal = { status: 400, why: 'not a request for a proxy' };
const UNREACHABLE: Refusal = { status: 502, why: 'the destination did not answer' };

function answer(client: Socket, { status, why }: Refusal): void {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\n`;
  client.end(`${head}Content-Length: ${Buffer.byteLength(why) + 1}\r\n\r\n${why}\n`);
}

function parseAuthority(text: string): Destination | undefined {
  const [, host, port] = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})$/.exec(text) ?? [];
  return host === undefined ? undefined : { host: bare(host), port: Number(port) };
}

/** Between a client and its proxy only (RFC 9110, 7.6.1). */
const HOP_BY_HOP = ['connection', 'proxy-connection', 'proxy-authorization', 'keep-alive', 'te', 'upgrade'];

async function forward(
  policy: EgressPolicy,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = URL.parse(incoming.url ?? '');
  if (url === null || url.protocol !== 'http:') return refuse(response, MALFORMED);
  const destination = { host: bare(url.hostname), port: Number(url.port || 80) };
  const address = await admit(policy, portsOf(incoming.socket), destination);
  if ('status' in address) return refuse(response, address);
  const headers: NodeJS.Dict<string | string[]> = { ...incoming.headers, host: url.host };
  for (const name of HOP_BY_HOP) delete headers[name];
  const { method } = incoming;
  const upstream = request({ ...address, path: url.pathname + url.search, method, headers, agent: false });
  const giveUp = setTimeout(() => refuse(response, UNREACHABLE), CONNECT_DEADLINE_MS);
  upstream.once('socket', (socket) => socket.once('connect', () => clearTimeout(giveUp)));
  upstream.once('close', () => clearTimeout(giveUp));
  upstream.once('response', (reply) => {
    response.writeHead(reply.statusCode ?? UNREACHABLE.status, reply.headers);
    pipeline(reply, response, () => {});
  });
  upstream.on('error', () => refuse(response, UNREACHABLE));
  response.once('close', () => upstream.destroy());
  pipeline(incoming, upstream, () => {});
}

function refuse(response: ServerResponse, { status, why }: Refusal): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'text/plain', connection: 'close' });
  response.end(`${why}\n`);
}

function portsOf({ remotePort = 0, localPort = 0 }: Socket) {
  return { fromPort: remotePort, toPort: localPort };
}

function bare(host: string): string {
  return host.startsWith('[') ? host.slice(1, -1) : host;
}
