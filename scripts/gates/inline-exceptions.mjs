// Exceptions stand in one list, each with its reason (.oxlintrc.json), not beside the code they excuse.
// `@ts-expect-error` is none: it is an assertion, and fails where there is no error.
import { execFileSync } from 'node:child_process';

const EXCEPTION =
  '(oxlint|eslint)-disable|@ts-(ignore|nocheck)|prettier-ignore|knip-ignore|depcruise-disable';
const ROOTS = ['packages', 'apps', 'tests', 'scripts'];
const argv = [
  '-rnE',
  EXCEPTION,
  '--include=*.ts',
  '--include=*.mjs',
  '--exclude-dir=node_modules',
  '--exclude-dir=dist',
  '--exclude=faults.mjs',
  '--exclude=inline-exceptions.mjs',
];

// grep exits 1 when it finds nothing.
const found = execFileSync('sh', ['-c', 'grep "$@" || [ $? -eq 1 ]', 'grep', ...argv, ...ROOTS], {
  encoding: 'utf8',
});
const lines = found.split('\n').filter((line) => line !== '');
for (const line of lines) console.log(line);
process.exitCode = lines.length === 0 ? 0 : 1;
