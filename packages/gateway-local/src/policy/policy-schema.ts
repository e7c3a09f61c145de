import { isIP } from 'node:net';

import * as z from 'zod';

import { INSIDE } from '../confine/plan.ts';

/** Limits of openshell §6. */
const MAX_PATHS = 256;
const MAX_PATH_LENGTH = 4096;

/** What every sandbox can read and no policy can take away: without it no command would start. */
const NEEDED = ['/usr', '/etc', '/proc'];

/** What is there besides, and may be listed. `/app` and `/var/log` are of the default policy, and empty here. */
const READABLE = [
  ...NEEDED,
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/dev',
  '/app',
  '/var/log',
];

const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'pts', 'ptmx', 'shm'];
const WRITABLE = ['/sandbox', '/tmp', ...DEVICES.map((name) => `/dev/${name}`)];

/** Where a directory of the sandbox’s own would hide what is the gateway’s or the host’s. */
const TAKEN = [...READABLE.slice(0, -2), '/sys', '/opt/clamshell'];

export function isWithin(path: string, parent: string): boolean {
  return parent === '/' || path === parent || path.startsWith(`${parent}/`);
}

const path = z
  .string()
  .max(MAX_PATH_LENGTH)
  .refine(
    (text) => text.startsWith('/') && !text.split('/').includes('..'),
    'must be absolute and without ..',
  )
  .transform(
    (text) =>
      `/${text
        .split('/')
        .filter((part) => part !== '' && part !== '.')
        .join('/')}`,
  );

const readable = path.refine(
  (text) => text === '/' || [...READABLE, ...WRITABLE].some((known) => isWithin(text, known)),
  'names a path this gateway doesn’t provide',
);

const writable = path.refine(canWrite, 'names a path that can’t be made writable');

function canWrite(text: string): boolean {
  if (WRITABLE.some((known) => isWithin(text, known))) return true;
  const isPlain = /^\/[A-Za-z0-9._@+/-]+$/.test(text);
  return isPlain && !TAKEN.some((taken) => isWithin(text, taken) || isWithin(taken, text));
}

const filesystemSchema = z
  .strictObject({
    include_workdir: z.boolean().optional(),
    read_only: z.array(readable).max(MAX_PATHS).optional(),
    read_write: z.array(writable).max(MAX_PATHS).optional(),
  })
  .refine(
    ({ read_only: paths = [] }) => covers(paths, NEEDED),
    'read_only must have /usr, /etc and /proc here',
  )
  .refine(
    ({ include_workdir: has, read_only: one = [], read_write: other = [] }) =>
      has !== false || covers([...one, ...other], [INSIDE.home]),
    'include_workdir: false is not supported unless /sandbox is listed: commands start there',
  );

function covers(paths: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((each) => paths.some((known) => isWithin(each, known)));
}

const refused = (what: string) =>
  z.undefined(`${what} not supported: requests are not looked into`).optional();

const port = z.int().min(1).max(65_535);

const host = z
  .string()
  .refine(
    (text) => isIP(text) !== 0 || /^(?=.{1,253}$)[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i.test(text),
    'must be a name or an address; patterns are not supported',
  );

const endpointSchema = z
  .strictObject({
    host,
    port: port.optional(),
    ports: z.array(port).min(1).optional(),
    protocol: z.literal('tcp', 'only tcp is supported: requests are not looked into').optional(),
    enforcement: z.literal('enforce', 'only enforce is supported').optional(),
    access: z.literal('full', 'only full is supported: requests are not looked into').optional(),
    allowed_ips: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).optional(),
    path: refused('path is'),
    tls: refused('tls is'),
    rules: refused('rules are'),
    deny_rules: refused('deny_rules are'),
  })
  .refine(
    (endpoint) => (endpoint.port === undefined) !== (endpoint.ports === undefined),
    'needs port or ports',
  );

const binarySchema = z.strictObject({
  path: path.refine((text) => !/[*?[]/.test(text), 'patterns are not supported'),
});

const networkSchema = z.strictObject({
  name: z.string().optional(),
  endpoints: z.array(endpointSchema),
  binaries: z.array(binarySchema).min(1),
});

/** The policy of openshell §6, as far as this gateway enforces it. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  filesystem_policy: filesystemSchema.optional(),
  landlock: z.strictObject({ compatibility: z.enum(['best_effort', 'hard_requirement']) }).optional(),
  process: z
    .strictObject({
      run_as_user: z.literal(['sandbox', String(INSIDE.uid)]).optional(),
      run_as_group: z.literal(['sandbox', String(INSIDE.uid)]).optional(),
    })
    .optional(),
  network_policies: z.record(z.string(), networkSchema).optional(),
  network_middlewares: refused('network_middlewares are'),
});

export type Policy = z.infer<typeof policySchema>;
