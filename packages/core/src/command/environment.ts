/** What a gateway's tool may see of the host: where things are, how to reach out, and in which language. */
const ALLOWED =
  /^(?:PATH|HOME|TMPDIR|LANG|LC_[A-Z]+|XDG_[A-Z_]+|OPENSHELL_[A-Z0-9_]+|(?:https?|all|no)_proxy|(?:HTTPS?|ALL|NO)_PROXY)$/;

const SECRET = /(?:TOKEN|SECRET|PASSWORD|KEY)$/;

/**
 * The part of the host's environment that an `openshell` process is given, here and as an SSH proxy command. Everything
 * else, above all keys, tokens and agent sockets, stays behind. Source: hostile-input row 100, openshell §1.1.
 */
export function gatewayEnvironment(
  host: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept = Object.entries(host).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && ALLOWED.test(entry[0]) && !SECRET.test(entry[0]),
  );
  return Object.fromEntries(kept);
}
