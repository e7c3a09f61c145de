import ssh2 from 'ssh2';

/** A fresh Ed25519 host key. ssh2 can't read one in about 190 of those that it makes, so such a one is made again. */
export function makeHostKey(): string {
  for (;;) {
    const { private: key } = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(key) instanceof Error)) return key;
  }
}
