/** What SSH connections may agree on, those that come in and those that go out; under SSH's own names, as ssh2 takes them. */

const keyExchanges = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group14-sha256',
] as const;
const authentications = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
] as const;

/** Nothing with SHA-1, and no compression: a few bytes could become gigabytes. */
export const agreedAlgorithms = {
  kex: [...keyExchanges],
  hmac: [...authentications],
  compress: ['none' as const],
};
