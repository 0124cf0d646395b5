import t, { type Test } from 'tap';
import type { AccountName } from '../../gateway/demo/accounts.ts';
import { hashSecret } from '../../gateway/identity/credential.ts';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';
import { listenTo } from './told.ts';

/** A signed-in browser's stream, and what it is told. */
async function aStream(t: Test, gateway: AdminGateway, account: AccountName) {
  const browser = gateway.browser();
  await browser.signIn(account);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const { answer, hears } = await listenTo(t, `${gateway.address}/api/events`, { cookie });
  const ended = new Promise<void>((resolve) => answer.once('end', resolve));
  return { browser, answer, hears, ended, signInId: browser.cookies.get('__Host-sluice') ?? '' };
}

const asked = {
  scopes: [{ repository: 'hub/app', right: 'fetch' }],
  duration: '1h',
  reason: 'look at the incident',
};

void t.test('an approver’s page hears of a request, and reads nothing of it', async (t) => {
  const gateway = await anAdminGateway(t);
  const { answer, hears } = await aStream(t, gateway, 'approver');
  t.match(answer.statusCode, 200);
  t.match(answer.headers, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-content-type-options': 'nosniff',
  });
  await hears(/event: ready/);
  await gateway.post('/api/requests', asked, await gateway.token('developer'));
  const text = await hears(/event: changed/);
  t.match(text, /data: \{"kinds":\["requests"\]\}\n\n$/);
});

void t.test('who may see nothing of others is told of their own alone', async (t) => {
  const gateway = await anAdminGateway(t);
  const { hears } = await aStream(t, gateway, 'developer');
  await hears(/event: ready/);
  // The approvers may ask too: that request is not the developer's to see.
  const foreign = await gateway.post('/api/requests', asked, await gateway.token('approver'));
  t.equal(foreign.status, 201);
  await gateway.post(
    '/api/credentials',
    { kind: 'git', name: 'x', expiresIn: '1h' },
    await gateway.token('developer'),
  );
  const text = await hears(/event: changed/);
  t.match(text, /data: \{"kinds":\["credentials"\]\}\n\n$/);
});

void t.test(
  'a lock that stops everybody is told to everybody, one on a person to those who look after it',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const developer = await aStream(t, gateway, 'developer');
    const operator = await aStream(t, gateway, 'admin');
    await Promise.all([developer.hears(/event: ready/), operator.hears(/event: ready/)]);
    const admin = await gateway.token('admin');
    const { id } = await gateway.principalOf('approver');
    await gateway.post('/api/locks', { principal: id, reason: 'lost laptop' }, admin);
    t.match(await operator.hears(/"locks"/), /changed/);
    await gateway.post(
      '/api/credentials',
      { kind: 'git', name: 'x', expiresIn: '1h' },
      await gateway.token('developer'),
    );
    t.match(await developer.hears(/event: changed/), /data: \{"kinds":\["credentials"\]\}\n\n$/);
    await gateway.post('/api/locks', { everything: true, reason: 'incident' }, admin);
    t.match(await developer.hears(/"locks"/), /changed/);
  },
);

void t.test('a stream ends with its sign-in, whoever ended that', async (t) => {
  const gateway = await anAdminGateway(t);
  const { hears, ended, signInId } = await aStream(t, gateway, 'developer');
  await hears(/event: ready/);
  await gateway.store.closeSignIn(hashSecret(signInId), { type: 'sign-in.closed', body: {} });
  await ended;
  t.pass();
});

void t.test('a changed policy is told to everybody, and a node that stops ends its streams', async (t) => {
  const gateway = await anAdminGateway(t);
  const { hears, ended } = await aStream(t, gateway, 'developer');
  await hears(/event: ready/);
  gateway.admin.events.policyChanged();
  await hears(/"policy"/);
  gateway.admin.events.close();
  await ended;
  t.pass();
});

void t.test('events are for signed-in browsers alone', async (t) => {
  const gateway = await anAdminGateway(t);
  t.match(await gateway.get('/api/events'), { status: 401, body: { error: 'sign-in-needed' } });
  const refused = { status: 403, body: { error: 'sign-in-needed' } };
  t.match(await gateway.get('/api/events', await gateway.token('developer')), refused);
  t.match(await gateway.get('/api/events', await gateway.credential('developer', 'api', ['read'])), refused);
});
