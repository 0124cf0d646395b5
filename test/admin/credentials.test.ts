import t from 'tap';
import { StoreError } from '../../gateway/store/store-error.ts';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('a credential’s secret is shown once; afterwards only its first characters are', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const made = await gateway.post(
    '/api/credentials',
    { kind: 'api', name: 'deploy job', expiresIn: '30d', scopes: ['read', 'request'] },
    developer,
  );
  t.match(made, {
    status: 201,
    body: { credential: { kind: 'api', scopes: ['read', 'request'] }, secret: /^slu_a_/ },
  });
  const { secret, credential } = made.body;
  const listed = await gateway.get('/api/credentials', developer);
  t.match(listed.body.credentials, [{ id: credential.id, name: 'deploy job', shown: secret.slice(0, 12) }]);
  t.notMatch(JSON.stringify(listed.body), secret.slice(12));
  t.notMatch(JSON.stringify(gateway.entries), secret.slice(12), 'nor does the audit know it');
  t.match(gateway.entries, [{ type: 'credential.issued', body: { name: 'deploy job', kind: 'api' } }]);

  t.equal((await gateway.get('/api/me', secret)).status, 200);
  t.equal((await gateway.post(`/api/credentials/${credential.id}/revoke`, {}, developer)).status, 200);
  t.equal((await gateway.get('/api/me', secret)).status, 401, 'ended at once');
  t.equal((await gateway.post(`/api/credentials/${credential.id}/revoke`, {}, developer)).status, 404);
});

void t.test('life, scopes and name are bounded', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const git = { kind: 'git', name: 'laptop', expiresIn: '1d' };
  const refused: readonly [object, string][] = [
    [{ ...git, expiresIn: '91d' }, 'bad-duration'],
    [{ ...git, expiresIn: '1s' }, 'bad-duration'],
    [{ ...git, expiresIn: 'for ever' }, 'bad-duration'],
    [{ ...git, scopes: ['read'] }, 'bad-scopes'],
    [{ ...git, kind: 'api', scopes: [] }, 'bad-scopes'],
    [{ ...git, name: ' ' }, 'bad-name'],
    [{ ...git, name: 'a\u001b[2J' }, 'bad-name'],
    [{ ...git, kind: 'api', scopes: ['admin'] }, 'bad-call'],
    [{ ...git, kind: 'root' }, 'bad-call'],
  ];
  for (const [body, error] of refused) {
    t.match(
      await gateway.post('/api/credentials', body, developer),
      { status: 400, body: { error } },
      JSON.stringify(body),
    );
  }
  t.equal((await gateway.post('/api/credentials', { ...git, expiresIn: '90d' }, developer)).status, 201);
});

void t.test('of an api credential its owner sees when it was last used and from where', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const [api, git] = [
    await gateway.credential('developer', 'api', ['read']),
    await gateway.credential('developer', 'git'),
  ];
  const listed = async () => (await gateway.get('/api/credentials', developer)).body.credentials;
  for (const credential of await listed())
    t.notMatch(Object.keys(credential), /^lastUsed/, 'nothing was used yet');

  const before = Date.now();
  t.equal((await gateway.get('/api/me', api)).status, 200);
  await gateway.get('/api/can?repository=hub/app&right=fetch', git);
  const uses = async () => (await listed()).filter(({ lastUsedAt }: { lastUsedAt?: number }) => lastUsedAt);
  const [use, ...others] = await uses();
  t.match(use, { kind: 'api', lastUsedFrom: '127.0.0.1' });
  t.ok(use.lastUsedAt >= before && use.lastUsedAt <= Date.now());
  t.strictSame(others, [], 'what git does is in the audit');

  gateway.skew(60_000);
  await gateway.get('/api/me', api);
  t.equal((await uses())[0].lastUsedAt, use.lastUsedAt, 'not each use is written');
});

void t.test('a use that its scopes do not allow is seen as well', async (t) => {
  const gateway = await anAdminGateway(t);
  const api = await gateway.credential('developer', 'api', ['read']);
  t.equal((await gateway.post('/api/requests', {}, api)).status, 403);
  const { credentials } = (await gateway.get('/api/credentials', await gateway.token('developer'))).body;
  t.match(credentials, [{ lastUsedAt: Number, lastUsedFrom: '127.0.0.1' }]);
});

void t.test('a call is answered whether or not its use can be written', async (t) => {
  const silent = await anAdminGateway(t, {}, '12h', {
    noteUse: () => new Promise(() => undefined),
  });
  t.equal((await silent.get('/api/me', await silent.credential('developer', 'api', ['read']))).status, 200);
  const refusing = await anAdminGateway(t, {}, '12h', {
    noteUse: async () => {
      throw new StoreError('STORE_REFUSED', 'memory is full');
    },
  });
  const api = await refusing.credential('developer', 'api', ['read']);
  for (const _ of [1, 2]) t.equal((await refusing.get('/api/me', api)).status, 200);
});
