/** Where OpenSSH looks for a certificate by itself: beside the key, under the key's name. */

const names: readonly (readonly [type: RegExp, name: string])[] = [
  [/^sk-ssh-ed25519-/, 'id_ed25519_sk'],
  [/^sk-ecdsa-/, 'id_ecdsa_sk'],
  [/^ssh-rsa-/, 'id_rsa'],
  [/^ecdsa-/, 'id_ecdsa'],
];

/** The name of the file for a certificate's line, beside a key that ssh-keygen named: `id_ed25519-cert.pub`. */
export function certificateFileName(line: string): string {
  const [, name] = names.find(([type]) => type.test(line)) ?? [];
  return `${name ?? 'id_ed25519'}-cert.pub`;
}
