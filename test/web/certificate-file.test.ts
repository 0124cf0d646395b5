import t from 'tap';
import { certificateFileName } from '../../admin/web/src/credentials/certificate-file.ts';
import { certificateLives } from '../../admin/web/src/credentials/certificate-lives.ts';

void t.test('a certificate’s file is named after the key that ssh-keygen makes of its type', (t) => {
  for (const [type, name] of [
    ['ssh-ed25519-cert-v01@openssh.com', 'id_ed25519-cert.pub'],
    ['ssh-rsa-cert-v01@openssh.com', 'id_rsa-cert.pub'],
    ['ecdsa-sha2-nistp384-cert-v01@openssh.com', 'id_ecdsa-cert.pub'],
    ['sk-ssh-ed25519-cert-v01@openssh.com', 'id_ed25519_sk-cert.pub'],
    ['sk-ecdsa-sha2-nistp256-cert-v01@openssh.com', 'id_ecdsa_sk-cert.pub'],
  ])
    t.equal(certificateFileName(`${type} AAAA`), name);
  t.end();
});

void t.test('no span is offered that is longer than what the gateway signs for, which is the last', (t) => {
  const offered = (longestMs: number) => certificateLives(longestMs).map(({ value }) => value);
  t.strictSame(offered(12 * 3_600_000), ['1h', '8h', '12h']);
  t.strictSame(offered(8 * 3_600_000), ['1h', '8h']);
  t.strictSame(offered(90 * 60_000), ['1h', '90m']);
  t.strictSame(offered(600_000), ['10m']);
  t.strictSame(offered(30 * 86_400_000), ['1h', '8h', '1d', '7d', '30d']);
  t.end();
});
