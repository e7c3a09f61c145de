/** Arguments up to the first `--`, and the command after it, if there is a `--` at all. */
export interface SplitArguments {
  readonly head: readonly string[];
  readonly command: readonly string[] | undefined;
}

export function splitCommand(args: readonly string[]): SplitArguments {
  const at = args.indexOf('--');
  return at === -1
    ? { head: args, command: undefined }
    : { head: args.slice(0, at), command: args.slice(at + 1) };
}
