import t from 'tap';
import { makeAuthority, makeServerCertificate } from '../../certs/authority.ts';
import { certificateHosts, uncoveredHosts } from '../../certs/hosts.ts';

void t.test('hosts are written as they stand in a certificate, each once', async (t) => {
  t.strictSame(
    certificateHosts([
      'Git.Example.com',
      'git.example.com',
      '*.ex.test',
      '[::1]',
      '::1',
      '10.0.0.7',
      'b\u00fccher.example',
    ]),
    ['git.example.com', '*.ex.test', '::1', '10.0.0.7', 'xn--bcher-kva.example'],
  );
});

void t.test('what is neither a name nor an address is refused', async (t) => {
  for (const host of [
    '',
    'a b',
    'https://x',
    'x:443',
    'x/y',
    'u@x',
    '-a.test',
    'a..b',
    '*',
    '*.',
    '*.com',
    'a.*.b',
    '999.0.0.1',
    '1.2.3',
    'fe80::1%eth0',
    'a\u0000b',
    `${'a'.repeat(64)}.test`,
    `${'a.'.repeat(127)}test`,
  ]) {
    t.throws(() => certificateHosts([host]), RangeError, JSON.stringify(host).slice(0, 30));
  }
});

void t.test('hosts that a certificate is not made out to are told', async (t) => {
  const now = new Date();
  const { certificate } = await makeServerCertificate(
    await makeAuthority('Test', now),
    ['git.test', '*.wild.test', '::1'],
    now,
  );
  t.strictSame(uncoveredHosts(certificate, ['git.test', '*.wild.test', 'a.wild.test', '::1']), []);
  t.strictSame(uncoveredHosts(certificate, ['other.test', 'a.b.wild.test', '::2', '127.0.0.1']), [
    'other.test',
    'a.b.wild.test',
    '::2',
    '127.0.0.1',
  ]);
});
