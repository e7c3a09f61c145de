/** What the server does wrong; each can be switched while it runs. */
export interface ServerFaults {
  /** Session channels still to be refused, as a server at its `MaxSessions` does. */
  refuseChannels: number;
  /** Cuts the connection when a command prints something and has by then printed this many bytes. */
  dropAfterBytes: number | undefined;
  /** Closes the channel without a word on how the command ended. */
  withholdExit: boolean;
  /** Reports this status instead of the command's own. */
  forgeExit: number | undefined;
  /** The next time a command prints something, sends without end and without regard to the window. */
  overrunWindow: boolean;
  /** Sends lines before its identification, for ever. */
  endlessBanner: boolean;
  /** Leaves strict key exchange out of its offer. */
  weakKex: boolean;
  /** With each command, opens channels that nobody asked for. */
  unaskedChannels: boolean;
}

export function noFaults(): ServerFaults {
  return {
    refuseChannels: 0,
    dropAfterBytes: undefined,
    withholdExit: false,
    forgeExit: undefined,
    overrunWindow: false,
    endlessBanner: false,
    weakKex: false,
    unaskedChannels: false,
  };
}
