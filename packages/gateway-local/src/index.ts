export { openShellLocalCommand } from './command.ts';
