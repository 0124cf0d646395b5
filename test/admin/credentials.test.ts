import t from 'tap';
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
