import t from 'tap';
import { hashKey } from '../../gateway/identity/key-hash.ts';
import { fingerprint } from '../../gateway/ssh/public-key.ts';
import { anEd25519Key } from '../ssh/a-key.ts';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('a key is registered, listed by its fingerprint and ended, each on record', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const key = anEd25519Key();
  const body = { name: 'laptop', publicKey: `${key.line} ana@laptop\n`, expiresIn: '30d' };
  const made = await gateway.post('/api/keys', body, developer);
  t.match(made, { status: 201, body: { name: 'laptop', fingerprint: fingerprint(key.blob) } });
  const { id } = made.body;
  t.match((await gateway.get('/api/keys', developer)).body.keys, [{ id }]);
  t.strictSame((await gateway.get('/api/credentials', developer)).body.credentials, [], 'it is no secret');

  const { id: principalId } = await gateway.principalOf('developer');
  t.match((await gateway.store.stand({ credentialHash: hashKey(key.blob) }, 'hub/app')).principal, {
    id: principalId,
  });
  t.equal((await gateway.post(`/api/credentials/${id}/revoke`, {}, developer)).status, 404);
  t.equal((await gateway.post(`/api/keys/${id}/revoke`, {}, developer)).status, 200);
  t.equal((await gateway.post(`/api/keys/${id}/revoke`, {}, developer)).status, 404);
  t.strictSame((await gateway.get('/api/keys', developer)).body.keys, []);
  t.match(gateway.entries, [
    { type: 'credential.issued', body: { kind: 'ssh', name: 'laptop', shown: fingerprint(key.blob) } },
    { type: 'credential.revoked', body: { credentialId: id, by: principalId } },
  ]);
});

void t.test('a key that is registered is nobody else’s, nor twice its owner’s, until it ends', async (t) => {
  const gateway = await anAdminGateway(t);
  const [developer, approver] = [await gateway.token('developer'), await gateway.token('approver')];
  const body = { name: 'laptop', publicKey: anEd25519Key().line, expiresIn: '1d' };
  const { id } = (await gateway.post('/api/keys', body, developer)).body;
  for (const who of [approver, developer])
    t.match(await gateway.post('/api/keys', body, who), { status: 409, body: { error: 'key-taken' } });
  await gateway.post(`/api/keys/${id}/revoke`, {}, developer);
  t.equal((await gateway.post('/api/keys', body, approver)).status, 201);
});

void t.test('what is no key, no accepted key, or beyond the bounds is refused with the reason', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const good = { name: 'laptop', publicKey: anEd25519Key().line, expiresIn: '1d' };
  const refused: readonly [object, string][] = [
    [{ ...good, publicKey: 'hello' }, 'bad-key'],
    [{ ...good, publicKey: `command="id" ${good.publicKey}` }, 'bad-key'],
    [{ ...good, publicKey: '-----BEGIN OPENSSH PRIVATE KEY-----' }, 'bad-key'],
    [{ ...good, publicKey: 'ssh-dss AAAAB3NzaC1kc3M=' }, 'bad-key'],
    [{ ...good, publicKey: 'x'.repeat(16_385) }, 'bad-call'],
    [{ ...good, name: ' ' }, 'bad-name'],
    [{ ...good, expiresIn: '91d' }, 'bad-duration'],
  ];
  for (const [body, error] of refused)
    t.match(await gateway.post('/api/keys', body, developer), { status: 400, body: { error } });
  t.strictSame((await gateway.get('/api/keys', developer)).body.keys, []);
});
