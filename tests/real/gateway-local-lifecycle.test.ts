import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

import { afterAll, beforeEach, expect, test, vi } from 'vitest';

import { quoteWord } from '@clamshell/core';
import { openShellLocalCommand } from '@clamshell/gateway-local';

import { openWorld, whyNot } from './gateway-local-world.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const skipped = await whyNotAny();
const world = await openWorld();
afterAll(() => world[Symbol.asyncDispose]());

let name = '';
let count = 0;
beforeEach(() => {
  count += 1;
  name = `box-${count}`;
});

async function whyNotAny(): Promise<boolean> {
  return (await whyNot('bwrap', 'self')) !== undefined && (await whyNot('unshare', 'self')) !== undefined;
}

async function phaseOf(sandbox: string): Promise<string> {
  return JSON.parse(await world.must('sandbox', 'get', sandbox, '-o', 'json')).phase;
}

async function waitForPhase(sandbox: string, wanted: string): Promise<void> {
  await expect.poll(() => phaseOf(sandbox), { timeout: 15_000, interval: 50 }).toBe(wanted);
}

/** Changes what is written down, as if it had come to be otherwise. */
function rewriteStage(
  sandbox: string,
  change: (stage: Record<string, unknown>) => Record<string, unknown>,
): void {
  const file = path.join(world.directoryOf(sandbox), 'sandbox.json');
  const record = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...record, stage: change(record.stage) }));
}

const DEAD = { pid: 1, startTime: '1', bootId: 'of another boot' };

test.skipIf(skipped)('what create prints is what get and list show', async () => {
  const policy = path.join(world.home, 'policy.yaml');
  writeFileSync(policy, 'version: 1\nprocess: { run_as_user: sandbox }\n');
  const created = JSON.parse(
    await world.must(
      'sandbox',
      'create',
      '--name',
      name,
      '--label',
      'a/b=c',
      '--from',
      'base',
      '--policy',
      policy,
      '--auto-providers',
      '-o',
      'json',
    ),
  );
  expect(created).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    name,
    workspace: 'default',
    labels: { 'a/b': 'c' },
    annotations: {},
    resource_version: expect.any(Number),
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    phase: 'Ready',
    current_policy_version: 1,
  });
  const own = {
    policy_source: 'sandbox',
    revision: 1,
    policy: { version: 1, process: { run_as_user: 'sandbox' } },
  };
  expect(JSON.parse(await world.must('sandbox', 'get', name, '-o', 'json'))).toEqual({ ...created, ...own });
  expect(JSON.parse(await world.must('sandbox', 'list', '-o', 'json', '--selector', 'a/b=c'))).toEqual([
    created,
  ]);
  expect(await world.must('sandbox', 'list', '--ids', '--selector', 'a/b=d')).toBe('');
  expect(await world.must('sandbox', 'list', '--workspace', 'other', '--names')).toBe('');
});

test.skipIf(skipped)(
  'a taken name is refused and its owner untouched, also when two ask at once',
  async () => {
    const create = ['sandbox', 'create', '--name', name];
    const both = await Promise.all([world.run(create), world.run(create)]);
    expect(new Set(both.map(({ code }) => code))).toEqual(new Set([0, 1]));
    const loser = both.find(({ code }) => code === 1);
    expect(loser?.stderr).toContain(`message: "sandbox '${name}' already exists"`);
    expect(loser?.stderr).toMatch(/hint: delete it first with: openshell sandbox delete <name>\n$/);
    expect(await phaseOf(name)).toBe('Ready');
  },
);

test.skipIf(skipped)('stop and start are idempotent, end every process and keep the files', async () => {
  await world.must('sandbox', 'create', '--name', name);
  {
    using ssh = await world.connect(name);
    await ssh.exec('echo kept >file; mkdir -m 0 closed; sleep 1234 >/dev/null 2>&1 &');
  }
  const init = world.recordOf(name).stage.init?.pid ?? 0;
  await world.must('sandbox', 'stop', name);
  await world.must('sandbox', 'stop', name);
  expect(await phaseOf(name)).toBe('Stopped');
  expect(isRunning(init)).toBe(false);
  expect((await world.run(['ssh-proxy', '--gateway-name', 'local', '--name', name])).stderr).toContain(
    'sandbox is not ready',
  );
  await world.must('sandbox', 'start', name);
  await world.must('sandbox', 'start', name);
  using ssh = await world.connect(name);
  expect(
    await ssh.text(
      'cat file; stat -c %a closed; cat /proc/[0-9]*/cmdline | tr "\\0" " " | grep -c "sleep 123[4]"',
    ),
  ).toBe('kept\n0\n0');
});

test.skipIf(skipped)(
  'a supervisor killed by code in the sandbox leaves it Stopped, and start brings it back',
  async () => {
    await world.must('sandbox', 'create', '--name', name, '--', 'sleep', 'infinity');
    {
      using ssh = await world.connect(name);
      await ssh.open('echo kept >file; sync; kill -9 -1');
      await waitForPhase(name, 'Stopped');
    }
    await world.must('sandbox', 'start', name);
    using ssh = await world.connect(name);
    expect(await ssh.text('cat file')).toBe('kept');
  },
);

test.skipIf(skipped)('after a reboot it is Stopped and starts again', async () => {
  await world.must('sandbox', 'create', '--name', name);
  await world.must('sandbox', 'stop', name);
  rewriteStage(name, () => ({ at: 'running', init: DEAD }));
  expect(await phaseOf(name)).toBe('Stopped');
  await world.must('sandbox', 'start', name);
  expect(await phaseOf(name)).toBe('Ready');
});

test.skipIf(skipped)(
  'a first process number that another process has by now is not taken for it',
  async () => {
    await world.must('sandbox', 'create', '--name', name);
    const { init } = world.recordOf(name).stage;
    await world.must('sandbox', 'stop', name);
    rewriteStage(name, () => ({ at: 'running', init: { ...init, pid: process.pid } }));
    expect(await phaseOf(name)).toBe('Stopped');
    await world.must('sandbox', 'delete', name);
    expect(isRunning(process.pid)).toBe(true);
  },
);

test.skipIf(skipped)('a creator that died leaves Error, which refuses all but delete', async () => {
  await world.must('sandbox', 'create', '--name', name);
  const init = world.recordOf(name).stage.init;
  rewriteStage(name, () => ({ at: 'provisioning', by: DEAD, init }));
  expect(await phaseOf(name)).toBe('Error');
  expect((await world.run(['sandbox', 'stop', name])).stderr).toContain(
    'sandbox must be Ready to stop (current phase: Error)',
  );
  expect((await world.run(['sandbox', 'start', name])).stderr).toContain(
    'must be Stopped to start (current phase: Error)',
  );
  expect(await world.must('sandbox', 'delete', name)).toBe(`✓ Deleted sandbox ${name}\n`);
  expect(isRunning(init?.pid ?? 0)).toBe(false);
});

test.skipIf(skipped)('the end of the main process, with 0 too, is Error', async () => {
  const { code } = await world.run(['sandbox', 'create', '--name', name, '--', 'true']);
  expect(code === 0 || code === 1).toBe(true);
  await waitForPhase(name, 'Error');
  await world.must('sandbox', 'delete', name);
});

test.skipIf(skipped)('delete removes closed, deep and linked things, and follows no link', async () => {
  const outside = path.join(world.home, 'outside');
  mkdirSync(outside);
  writeFileSync(path.join(outside, 'file'), 'stays');
  await world.must('sandbox', 'create', '--name', name);
  {
    using ssh = await world.connect(name);
    const { code } = await ssh.exec(`
      ln -s ${quoteWord(outside)} link && mkdir -p a/b && echo x >a/b/c && chmod 0 a/b a && mkfifo fifo &&
      d=$(printf '%0200d' 0) && for i in $(seq 60); do mkdir "$d" && cd -P "$d" || exit 1; done && echo deep >file &&
      cd /sandbox && printf x >"$(printf 'not-utf8-\\377')"
    `);
    expect(code).toBe(0);
  }
  await world.must('sandbox', 'delete', name);
  expect(readFileSync(path.join(outside, 'file'), 'utf8')).toBe('stays');
  const left = readdirSync(path.dirname(world.directoryOf(name))).filter(
    (entry) => entry.includes(name) || entry.startsWith('.gone'),
  );
  expect(left).toEqual([]);
  expect((await world.run(['sandbox', 'get', name])).code).toBe(1);
});

test.skipIf(skipped)('delete takes several names, and stops at the first that is not there', async () => {
  await world.must('sandbox', 'create', '--name', name);
  const { code, stdout, stderr } = await world.run(['sandbox', 'delete', name, 'nope', name]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: `✓ Deleted sandbox ${name}\n` });
  expect(stderr).toContain('sandbox not found');
});

test.skipIf(skipped)('state is private, and nothing of the sandbox’s own leads to its socket', async () => {
  await world.must('sandbox', 'create', '--name', name);
  const directory = world.directoryOf(name);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(existsSync(path.join(directory, 'ssh.sock'))).toBe(true);
  expect([
    ...readdirSync(path.join(directory, 'files')),
    ...readdirSync(path.join(directory, 'run')),
  ]).toEqual([]);
});

test.skipIf(skipped)('a descriptor that the caller has left open does not reach the sandbox', async () => {
  const words = [...openShellLocalCommand(), 'sandbox', 'create', '--name', name];
  const env = { PATH: process.env['PATH'], HOME: world.home, XDG_STATE_HOME: path.join(world.home, 'state') };
  const { status } = spawnSync('bash', ['-c', 'exec 7</ 8</ 60</; exec "$@"', 'bash', ...words], { env });
  expect(status).toBe(0);
  using ssh = await world.connect(name);
  const open = await ssh.text(
    'for p in /proc/[0-9]*; do readlink "$p"/fd/*; done | grep -vE "^(pipe|socket|anon_inode):|^/dev/(null|urandom)$|^/proc/"',
  );
  expect(open).toBe('');
});

test.skipIf(skipped || process.arch !== 'x64')(
  'a key of the caller’s session keyring does not reach the sandbox',
  async (context) => {
    const words = [...openShellLocalCommand(), 'sandbox', 'create', '--name', name];
    const env = {
      PATH: process.env['PATH'],
      HOME: world.home,
      XDG_STATE_HOME: path.join(world.home, 'state'),
    };
    // keyctl's JOIN_SESSION_KEYRING, then add_key to it.
    const keep = `my @key = ('user', 'canary', 'x');
      syscall(250, 1, 0) > 0 and syscall(248, @key, 1, -3) > 0 or exit 77; exec @ARGV`;
    const { status } = spawnSync('perl', ['-e', keep, ...words], { env });
    if (status === 77 || status === null) return context.skip('no keyring, or no perl');
    expect(status).toBe(0);
    using ssh = await world.connect(name);
    const search = 'my @key = ("user", "canary"); print syscall(250, 10, -3, @key, 0)';
    expect(await ssh.text(`perl -e ${quoteWord(search)}`)).toBe('-1');
  },
);

test('a sandbox without confinement is had only on demand, and loudly, and never by root', async () => {
  await using ordinary = await openWorld({ caller: 'ordinary user' });
  const create = ['sandbox', 'create', '--name', name, '--insecure-no-isolation', '--env', 'GREETING=hi'];
  const { code, stderr } = await ordinary.run(create, { OPENSHELL_LOCAL_ISOLATION: 'none' });
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('WITHOUT ISOLATION') });
  {
    using ssh = await ordinary.connect(name);
    expect(
      await ssh.text('echo "$GREETING"; pwd; nohup setsid sleep 1000 >/dev/null 2>&1 & echo $! >pid'),
    ).toBe(`hi\n${path.join(ordinary.directoryOf(name), 'files')}`);
  }
  const sleeper = Number(readFileSync(path.join(ordinary.directoryOf(name), 'files/pid'), 'utf8'));
  await ordinary.must('sandbox', 'delete', name);
  expect(isRunning(sleeper)).toBe(false);
});

test('where nothing confines, create refuses with each reason and a hint, and leaves nothing', async (context) => {
  // Root of a user namespace that allows no further one: a machine that forbids them to its users.
  const forbid = 'echo 0 >/proc/sys/user/max_user_namespaces || exit 77; exec "$@"';
  const wrapper = ['unshare', '--user', '--map-root-user', 'sh', '-c', forbid, 'sh'];
  await using barred = await openWorld({ caller: 'ordinary user', wrapper });
  const { code, stderr } = await barred.run(['sandbox', 'create', '--name', name]);
  if (code === 77) return context.skip('user namespaces can’t be forbidden here');
  const said = /^Error: isolation is not available: bwrap: .+; unshare: .+\n[^]*Install bubblewrap/;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(said) });
  expect(readdirSync(path.dirname(barred.directoryOf(name)))).toEqual(['.locks']);
});

test.skipIf(skipped || process.geteuid?.() !== 0)(
  'in a rootless container root is its user, and confines',
  async () => {
    await using rootless = await openWorld({
      caller: 'ordinary user',
      wrapper: ['unshare', '--user', '--map-root-user'],
    });
    await rootless.must('sandbox', 'create', '--name', name);
    using ssh = await rootless.connect(name);
    expect(await ssh.text('id -u; grep -c "^CapBnd.*0000000000000000" /proc/self/status')).toBe('1000\n1');
  },
);

test.skipIf(process.geteuid?.() !== 0)('root is refused a sandbox without confinement', async () => {
  const create = ['sandbox', 'create', '--name', name, '--insecure-no-isolation'];
  const { code, stderr } = await world.run(create, { OPENSHELL_LOCAL_ISOLATION: 'none' });
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(/^Error: isolation is not available/),
  });
  expect((await world.run(['sandbox', 'get', name])).code).toBe(1);
});

/** A zombie runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
