// Exceptions stand in one list, each with its reason (.oxlintrc.json), not beside the code they excuse.
import { execFileSync } from 'node:child_process';

const EXCEPTION =
  '(oxlint|eslint)-disable|@ts-(ignore|nocheck|expect-error)|prettier-ignore|knip-ignore|depcruise-disable';
const ROOTS = ['packages', 'apps', 'tests', 'scripts'];
const argv = [
  '-rnE',
  EXCEPTION,
  '--include=*.ts',
  '--include=*.mjs',
  '--exclude-dir=node_modules',
  '--exclude-dir=dist',
];

// grep exits 1 when it finds nothing.
const found = execFileSync('sh', ['-c', 'grep "$@" || [ $? -eq 1 ]', 'grep', ...argv, ...ROOTS], {
  encoding: 'utf8',
});
const lines = found
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('scripts/gates/inline-exceptions.mjs:'));
for (const line of lines) console.log(line);
process.exitCode = lines.length === 0 ? 0 : 1;
