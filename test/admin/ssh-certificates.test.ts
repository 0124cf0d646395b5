import { generateKeyPairSync } from 'node:crypto';
import t from 'tap';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { parseUserCertificate } from '../../gateway/ssh/certificate.ts';
import { checkCertificate } from '../../gateway/ssh/certificate-check.ts';
import { ed25519Blob } from '../../gateway/ssh/certificate-signing.ts';
import { fingerprint } from '../../gateway/ssh/public-key.ts';
import { anEd25519Key } from '../ssh/a-key.ts';
import { anAdminGateway } from './admin-gateway.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const authority = { key, fingerprint: fingerprint(ed25519Blob(key)), longestLifeMs: 3_600_000 };

void t.test('a certificate is signed for who is signed in, listed and ended as a key is', async (t) => {
  const gateway = await anAdminGateway(t, { sshAuthority: () => authority });
  const developer = await gateway.token('developer');
  const { line, blob } = anEd25519Key();
  const body = { publicKey: line, expiresIn: '30m' };
  const made = await gateway.post('/api/ssh/certificates', body, developer);
  t.match(made, { status: 201, body: { fingerprint: fingerprint(blob), authority: authority.fingerprint } });

  const { id: principalId } = await gateway.principalOf('developer');
  const [, base64 = ''] = String(made.body.certificate).split(' ');
  const certificate = parseUserCertificate(Buffer.from(base64, 'base64'));
  const verdict = checkCertificate(certificate, {
    now: Date.now(),
    address: '192.0.2.7',
    isAuthority: (blob) => blob.equals(ed25519Blob(key)),
    isRevoked: () => false,
    isPrincipal: (name) => name === principalId,
  });
  t.match(verdict, { accepted: true, principals: [principalId] });
  t.equal(certificate.extensions.size, 0);
  t.equal(String(certificate.serial), made.body.serial);

  const standing = { credentialHash: hashKey(certificate.blob) };
  t.match((await gateway.store.stand(standing, 'hub/app')).principal, { id: principalId });
  t.match((await gateway.get('/api/keys', developer)).body.keys, [{ id: made.body.id }]);
  t.equal((await gateway.post(`/api/keys/${made.body.id}/revoke`, {}, developer)).status, 200);
  t.equal((await gateway.store.stand(standing, 'hub/app')).principal, undefined);
});

void t.test(
  'it lasts no longer than configured, and where there is no authority there are none',
  async (t) => {
    const gateway = await anAdminGateway(t, { sshAuthority: () => authority });
    const developer = await gateway.token('developer');
    const { line: publicKey } = anEd25519Key();
    const post = (body: object) => gateway.post('/api/ssh/certificates', body, developer);
    t.match(await post({ publicKey, expiresIn: '61m' }), { status: 400, body: { error: 'bad-duration' } });
    t.match(await post({ publicKey: 'hello' }), { status: 400, body: { error: 'bad-key' } });
    const { body } = await post({ publicKey });
    t.ok(Number(body.endsAt) <= Date.now() + 3_600_000, 'the longest life, where none is said');

    const without = await anAdminGateway(t, { sshAuthority: () => undefined });
    const answer = await without.post(
      '/api/ssh/certificates',
      { publicKey },
      await without.token('developer'),
    );
    t.match(answer, { status: 404, body: { error: 'no-ssh-authority' } });
  },
);

void t.test(
  'who is signed in is told how long one may last, and nothing where none are signed',
  async (t) => {
    const own = await anAdminGateway(t, { sshAuthority: () => authority });
    const without = await anAdminGateway(t, { sshAuthority: () => undefined });
    const short = await anAdminGateway(t, { sshAuthority: () => authority }, '12h', {
      configure: (config) => ({ ...config, credentials: { ...config.credentials, maxLifeMs: 600_000 } }),
    });
    for (const [gateway, expected] of [
      [own, { maxDurationMs: 3_600_000 }],
      [short, { maxDurationMs: 600_000 }],
      [without, undefined],
    ] as const) {
      const { body } = await gateway.get('/api/me', await gateway.token('developer'));
      t.strictSame(body.gateway.sshCertificates, expected);
    }
  },
);
