import { invariant } from '@clamshell/core';

/**
 * Whether both ends keep to strict key exchange, without which a man in the middle can cut packets from the start of a
 * connection (hostile-input row 84). ssh2 offers it and knows the answer, and does not tell.
 */
export function isKexStrict(client: object): boolean {
  const { _protocol: protocol } = client as { readonly _protocol?: { readonly _strictMode?: unknown } };
  invariant(
    typeof protocol?._strictMode === 'boolean',
    'ssh2 keeps its key exchange elsewhere than in this version',
  );
  return protocol._strictMode;
}
