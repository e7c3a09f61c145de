// `npm start`: the main job on the embedded default, with a workspace of its own under .quickstart/.
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const workspace = path.join(root, '.quickstart', 'workspace');
const cli = path.join(root, 'apps', 'cli', 'dist', 'main.js');

const isFirst = !existsSync(workspace);
if (isFirst) makeWorkspace();
console.log(
  `Workspace  ${path.relative(root, workspace)}${isFirst ? ', new' : ''}; its other half is /sandbox in a sandbox of the local gateway\n`,
);

const steps = [];
await step('the tests of a Node program', ['node', '--test', '--test-reporter=spec']);
await step('a shell script that writes files', ['bin/report.sh']);
await step('a git commit', [
  'sh',
  '-c',
  'git add -A && git commit -qm "Report from the sandbox" && git log --oneline | wc -l',
]);
writeFileSync(
  path.join(workspace, 'inbox', 'note.txt'),
  `Edited on the host at ${new Date().toISOString()}\n`,
);
await step('a file edited on the host meanwhile', ['cat', 'inbox/note.txt']);
await refusesToLeak();
verifyHost();
report();

function makeWorkspace() {
  cpSync(path.join(root, 'examples', 'quickstart'), workspace, { recursive: true, verbatimSymlinks: true });
  mkdirSync(path.join(workspace, 'inbox'));
  git('init', '-q');
  git('add', '-A');
  git('-c', 'user.name=Quickstart', '-c', 'user.email=quickstart@localhost', 'commit', '-qm', 'Start');
}

function git(...args) {
  return execFileSync('git', ['-C', workspace, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** One `clamshell run`, printed as a person would type it; stops everything when it fails. */
async function step(title, argv) {
  console.log(
    `# ${title}\n$ clamshell run -- ${argv.map((word) => (/^[\w./-]+$/.test(word) ? word : `'${word}'`)).join(' ')}`,
  );
  const result = await clamshell('run', '--json', '-C', workspace, '--', ...argv);
  process.stdout.write(result.stdout.text.replace(/^/gm, '  ').trimEnd() + '\n');
  if (result.exitCode !== 0) fail(`the command ended with ${result.exitCode}:\n${result.stderr.text}`);
  for (const [arrow, { files, removed, bytes }] of [
    ['host → sandbox', result.before.pushed],
    ['sandbox → host', result.after.pulled],
  ]) {
    if (files + removed > 0) console.log(`  ${arrow}: ${files} changed, ${removed} removed, ${bytes} bytes`);
  }
  console.log(`  ${result.ms} ms: ${timings(result.phases)}\n`);
  steps.push({ title, ms: result.ms });
}

/** A file in the home directory and a server on this machine: neither may be reached from inside. */
async function refusesToLeak() {
  const home = mkdtempSync(path.join(homedir(), '.clamshell-canary-'));
  const canary = path.join(home, 'canary.txt');
  const server = createServer((socket) => socket.end('reached')).listen(0, '127.0.0.1');
  try {
    writeFileSync(canary, 'a secret of the host');
    await new Promise((resolve) => server.once('listening', resolve));
    const probe = `try { console.log(require('fs').readFileSync(process.argv[1], 'utf8')); process.exit(1) } catch (e) { console.log('canary: ' + e.code) }
      require('net').connect(+process.argv[2], '127.0.0.1').on('connect', () => process.exit(1)).on('error', (e) => console.log('network: ' + e.code))`;
    const result = await clamshell(
      'run',
      '--json',
      '-C',
      workspace,
      '--',
      'node',
      '-e',
      probe,
      canary,
      String(server.address().port),
    );
    console.log('# a canary file in the home directory, and a server on this machine, seen from inside');
    console.log(result.stdout.text.replace(/^/gm, '  ').trimEnd());
    if (result.exitCode !== 0) fail('the sandbox reached what it must not reach');
    console.log('  neither can be reached\n');
  } finally {
    server.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function verifyHost() {
  if (!readFileSync(path.join(workspace, 'out', 'report.txt'), 'utf8').includes('/sandbox'))
    fail('the report did not come back');
  if (!lstatSync(path.join(workspace, 'latest')).isSymbolicLink()) fail('the symbolic link did not survive');
  if ((statSync(path.join(workspace, 'bin', 'report.sh')).mode & 0o100) === 0)
    fail('the executable bit did not survive');
  git('fsck', '--strict');
  console.log(
    `# on the host, after all that\n$ git log --oneline -n 2\n${git('log', '--oneline', '-n', '2').replace(/^/gm, '  ').trimEnd()}\n`,
  );
}

function report() {
  for (const { title, ms } of steps) console.log(`${String(ms).padStart(6)} ms  ${title}`);
  console.log(
    `${String(Math.round(performance.now())).padStart(6)} ms  in all${isFirst ? '; run it again: the sandbox is there now' : ''}`,
  );
  console.log('\nYour own directory:  npm run -s clamshell -- run -C DIR -- COMMAND');
}

function timings(phases) {
  const totals = new Map();
  for (const { name, ms } of phases) totals.set(name, (totals.get(name) ?? 0) + ms);
  return [...totals].map(([name, ms]) => `${name} ${Math.round(ms)}`).join(', ');
}

function clamshell(...args) {
  const began = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [cli, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
    const chunks = [];
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.once('close', () => {
      const result = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{"ok":false}');
      if (!result.ok) fail('see above');
      resolve({ ...result, ms: Math.round(performance.now() - began) });
    });
  });
}

function fail(message) {
  console.error(`quickstart: ${message}`);
  process.exit(1);
}
