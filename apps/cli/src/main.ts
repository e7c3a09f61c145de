#!/usr/bin/env node
import { ignoreClosedPipes } from './output/closed-pipes.ts';
import { runProgram } from './program.ts';

const { stdin, stdout, stderr } = process;
ignoreClosedPipes([stdout, stderr]);
process.exitCode = await runProgram(process.argv.slice(2), { stdin, stdout, stderr });
