import { CommandError } from '../errors/clamshell-error.ts';
import type { RemotePath } from '../paths/paths.ts';
import type { RequestChannel, ShellReply, ShellRequest } from '../ports/request-channel.ts';
import type { BufferedResult, ShellRunner } from '../ports/shell-runner.ts';
import { quoteWord } from './quote.ts';

/** Requests over any shell runner: one command each, its argv the same constant for all. */
export function createShellRequestChannel(shell: ShellRunner): RequestChannel {
  return {
    async request(request, options) {
      const command = {
        argv: ['sh', '-c', BOOTSTRAP],
        cwd: ANYWHERE,
        stdin: frame(request),
        maxOutputBytes: request.maxReplyBytes + STARTED.length,
      } as const;
      return understand(await shell.run(command, options), request.maxReplyBytes);
    },
  };
}

/** The one directory that no command can remove. */
const ANYWHERE = '/' as RemotePath;

/** Printed before the program's own output, once all of its text has arrived and is free of syntax errors. */
const STARTED = Buffer.from('clamshell: started\n');

/**
 * Reads the length of a text, then exactly that many bytes of it, and evaluates them; what follows on standard input is
 * the program's own. `dd`, because neither a read of busybox's `head` nor one of the shell itself stops at the byte; the
 * dot keeps `$(…)` from taking newlines off the text's end.
 */
const BOOTSTRAP = `LC_ALL=C
export LC_ALL
read -r clamshell_size
clamshell_text=$(dd bs=65536 count="$clamshell_size" iflag=fullblock,count_bytes 2>/dev/null; printf .)
eval "unset clamshell_size clamshell_text
\${clamshell_text%.}"`;

/** One compound command, which a shell begins only when it has read its end: a text that was cut short does nothing. */
function frame({ program, args, stdin = new Uint8Array() }: ShellRequest): Uint8Array {
  const words = args.map((arg) => quoteWord(asLatin1(arg))).join(' ');
  const text = Buffer.from(
    `{ printf '%s\\n' '${STARTED.toString().trimEnd()}'; set -- ${words}\n${asLatin1(program)}\n}`,
    'latin1',
  );
  return Buffer.concat([Buffer.from(`${text.length}\n`), text, stdin]);
}

/** One character per byte, so that bytes that are no UTF-8 go through the quoting as they are. */
function asLatin1(text: string | Uint8Array): string {
  return Buffer.from(text as Uint8Array).toString('latin1');
}

function understand({ code, stdout, stderr }: BufferedResult, maxReplyBytes: number): ShellReply {
  if (!STARTED.equals(stdout.subarray(0, STARTED.length))) {
    throw new CommandError('COMMAND_NOT_STARTED', 'The sandbox’s shell did not start a request', {
      context: { exitCode: code, stderr: Buffer.from(stderr.subarray(0, 1024)).toString('utf8') },
    });
  }
  if (stderr.length > maxReplyBytes)
    throw new CommandError('OUTPUT_LIMIT', `The program printed more than ${maxReplyBytes} bytes`);
  return { status: code, stdout: stdout.subarray(STARTED.length), stderr };
}
