import { randomBytes } from 'node:crypto';

import {
  type CallOptions,
  type ExistingSandboxName,
  type HostEndpoint,
  LifecycleError,
  parseRemotePath,
  type RemotePath,
  type SandboxInfo,
  type SandboxLifecycle,
  type SandboxSpec,
  type ShellReply,
  type ShellRequest,
  type SshEndpointSource,
  withDeadline,
} from '@clamshell/core';

import { connectEndpoint, type ConnectSettings } from '../ssh-connector.ts';
import { CREATE, HOME, MARK, READ, REMOVE } from './lifecycle-programs.ts';
import { hostMark, nonceOf, parseSandboxes } from './parse-sandboxes.ts';

export interface HostLifecycleOptions extends ConnectSettings {
  readonly endpoints: SshEndpointSource<HostEndpoint>;
  /** Where the one workspace lies; `~/.clamshell/NAME/workspace` for each when left out. Never `/` or the home. */
  readonly root?: RemotePath | undefined;
}

export interface HostLifecycle extends SandboxLifecycle {
  rootOf(name: ExistingSandboxName, options?: CallOptions): Promise<RemotePath>;
}

const MAX_REPLY_BYTES = 1024 * 1024;

/**
 * Directories of a plain host as sandboxes, each call over a connection of its own. Nothing is confined there. A
 * sandbox's id holds a nonce of its own and the host's key, so that another host is another sandbox. What is stopped
 * is only marked so; commands that run go on. Removal deletes a workspace only where it was made for the sandbox.
 */
export function createHostLifecycle(options: HostLifecycleOptions): HostLifecycle {
  const { clock, root } = options;
  const call =
    <Value>(work: (bound: CallOptions) => Promise<Value>) =>
    (given: CallOptions = {}) =>
      withDeadline(clock, given, work);
  return {
    inspect: (name, given) =>
      call(async (bound) => (await read(options, [name], bound))[0] ?? ({ phase: 'absent' } as const))(given),
    list: call((bound) => read(options, [], bound)),
    create: (spec, given) => call((bound) => create(options, spec, bound))(given),
    start: (name, given) => call((bound) => mark(options, [name, 'ready'], bound))(given),
    stop: (name, given) => call((bound) => mark(options, [name, 'stopped'], bound))(given),
    remove: (sandbox, given) => call((bound) => remove(options, sandbox, bound))(given),
    rootOf: (name, given) =>
      call(async (bound) => {
        if (root !== undefined) return root;
        const { stdout } = (await ask(options, { program: HOME, args: [] }, bound)).reply;
        const home = Buffer.from(stdout).toString('utf8');
        return parseRemotePath(`${home}/.clamshell/${name}/workspace`);
      })(given),
  };
}

interface Answer {
  readonly reply: ShellReply;
  readonly hostKey: Uint8Array;
}

async function ask(
  { endpoints, ...settings }: HostLifecycleOptions,
  { program, args }: Pick<ShellRequest, 'program' | 'args'>,
  bound: CallOptions,
): Promise<Answer> {
  // Errors name the machine; the sandbox may not exist yet.
  const name = 'the host' as ExistingSandboxName;
  const endpoint = await endpoints.resolve(name, bound);
  const { transport, hostKey } = await connectEndpoint(settings, { name, endpoint, signal: bound.signal });
  await using _ = transport;
  const { requests } = transport;
  return { reply: await requests.request({ program, args, maxReplyBytes: MAX_REPLY_BYTES }, bound), hostKey };
}

async function read(
  options: HostLifecycleOptions,
  args: readonly string[],
  bound: CallOptions,
): Promise<readonly SandboxInfo[]> {
  const { reply, hostKey } = await ask(options, { program: READ, args }, bound);
  return parseSandboxes(reply.stdout, hostKey);
}

async function create(
  options: HostLifecycleOptions,
  { name, labels, policy, gpu, providers = [] }: SandboxSpec,
  bound: CallOptions,
): Promise<SandboxInfo> {
  if (policy !== undefined || gpu !== undefined || providers.length > 0)
    throw new LifecycleError('CAPABILITY_MISSING', 'A plain host has no policies, GPUs or providers to give');
  const nonce = randomBytes(16).toString('hex');
  const args = [name, nonce, options.root ?? '', JSON.stringify(labels)];
  const { reply, hostKey } = await ask(options, { program: CREATE, args }, bound);
  if (reply.status === 4) throw new LifecycleError('SANDBOX_EXISTS', `There is a sandbox ${name} already`);
  if (reply.status !== 0) throw failed(name, 'made', reply);
  return { id: hostMark(nonce, hostKey), name, phase: 'ready', labels };
}

async function mark(
  options: HostLifecycleOptions,
  args: readonly [ExistingSandboxName, string],
  bound: CallOptions,
): Promise<void> {
  const { reply } = await ask(options, { program: MARK, args }, bound);
  if (reply.status === 3) throw new LifecycleError('SANDBOX_NOT_FOUND', `There is no sandbox ${args[0]}`);
  if (reply.status !== 0) throw failed(args[0], args[1], reply);
}

async function remove(
  options: HostLifecycleOptions,
  { name, id }: Pick<SandboxInfo, 'name' | 'id'>,
  bound: CallOptions,
): Promise<void> {
  const [found] = await read(options, [name], bound);
  if (found === undefined) return;
  const args = [name, nonceOf(id), options.root ?? ''];
  const reply = found.id === id ? (await ask(options, { program: REMOVE, args }, bound)).reply : undefined;
  if (reply === undefined || reply.status === 4)
    throw new LifecycleError('SANDBOX_ID_CHANGED', `${name} is another sandbox by now`);
  if (reply.status !== 0) throw failed(name, 'removed', reply);
}

function failed(name: string, what: string, { stderr }: ShellReply): LifecycleError {
  const said = Buffer.from(stderr).toString('utf8').trim();
  return new LifecycleError('GATEWAY_COMMAND_FAILED', `${name} can't be ${what} on the host: ${said}`);
}
