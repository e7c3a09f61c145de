import ssh2 from 'ssh2';

/**
 * A fresh Ed25519 host key that nobody can know beforehand (openshell §2.3). ssh2 cuts leading zero bytes off the public
 * key it writes, and can't read the result: one key in 256, which is made again.
 */
export function makeHostKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}
