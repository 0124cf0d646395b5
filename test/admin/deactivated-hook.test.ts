import { Webhook } from 'standardwebhooks';
import t from 'tap';
import { anAdminGateway } from './admin-gateway.ts';

type Gateway = Awaited<ReturnType<typeof anAdminGateway>>;
const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const served = { hookSecret: async () => secret };

/** Sends a call as a sender with `by` would, signed at `at`. */
async function send(
  gateway: Gateway,
  said: unknown,
  { id = 'msg_1', at = new Date(), by = secret, signed = JSON.stringify(said) } = {},
) {
  const body = JSON.stringify(said);
  const response = await fetch(`${gateway.address}/api/hooks/deactivated`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': new Webhook(by).sign(id, at, signed),
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

void t.test(
  'a deactivated person has no sign-in, credential or token left that works (case H7)',
  async (t) => {
    const gateway = await anAdminGateway(t, served);
    const browser = gateway.browser();
    await browser.signIn('developer');
    const api = await gateway.credential('developer', 'api', ['read']);
    const git = await gateway.credential('developer', 'git');
    const token = await gateway.token('developer');

    t.match(await send(gateway, { subject: 'developer' }), {
      status: 200,
      body: { changed: true, signIns: 1, credentials: 2, lockId: /^L-/ },
    });
    t.equal((await browser.get('/api/me')).status, 401);
    t.equal((await gateway.get('/api/me', api)).status, 401);
    t.equal((await gateway.get('/api/can?repository=hub/app&right=fetch', git)).status, 401);
    t.match(await gateway.get('/api/me', token), { status: 403, body: { error: 'locked-out' } });
    const types = gateway.entries.map(({ type }) => type);
    t.ok(types.indexOf('lock.made') < types.indexOf('credential.revoked'), 'the lock came first');
    t.match(
      gateway.entries.find(({ type }) => type === 'hook.received'),
      {
        type: 'hook.received',
        body: { outcome: 'locked-out', webhookId: 'msg_1', address: '127.0.0.1' },
      },
    );
  },
);

void t.test('the next sign-in at the provider lifts the lock, and nothing else does', async (t) => {
  const gateway = await anAdminGateway(t, served);
  const { id } = await gateway.principalOf('developer');
  await send(gateway, { subject: 'developer' });
  t.match(await gateway.store.locks(), [{ on: { principalId: id }, untilSignIn: true }]);
  await gateway.browser().signIn('approver');
  t.equal((await gateway.store.locks()).length, 1, 'another person’s sign-in does not');
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.equal((await browser.get('/api/me')).status, 200);
  t.strictSame(await gateway.store.locks(), []);
  t.match(
    gateway.entries.filter(({ type }) => type === 'lock.lifted'),
    [{ body: { by: id } }],
  );
});

void t.test('a repeated call changes nothing, also after the person is back', async (t) => {
  const gateway = await anAdminGateway(t, served);
  await gateway.principalOf('developer');
  await send(gateway, { subject: 'developer' });
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.match(await send(gateway, { subject: 'developer' }), { status: 200, body: { changed: false } });
  t.equal((await browser.get('/api/me')).status, 200);
});

void t.test('a subject nobody knows, or of another issuer, changes nothing and is on record', async (t) => {
  const gateway = await anAdminGateway(t, served);
  await gateway.principalOf('developer');
  const answers = [
    await send(gateway, { subject: 'nobody' }, { id: 'a' }),
    await send(gateway, { subject: 'developer', issuer: 'https://other.test' }, { id: 'b' }),
  ];
  for (const answer of answers)
    t.match(answer, { status: 200, body: { changed: false, why: 'unknown-subject' } });
  t.equal(gateway.entries.filter(({ type }) => type === 'hook.received').length, 2);
  t.strictSame(await gateway.store.locks(), []);
});

void t.test('what is not signed with the secret, now and over this very body, is refused', async (t) => {
  const gateway = await anAdminGateway(t, served);
  await gateway.principalOf('developer');
  const said = { subject: 'developer' };
  const minutes = (count: number) => new Date(Date.now() + count * 60_000);
  const other = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;
  for (const how of [
    { at: minutes(-6) },
    { at: minutes(6) },
    { by: other },
    { signed: '{"subject":"approver"}' },
    { id: 'x'.repeat(129) },
  ])
    t.match(await send(gateway, said, how), { status: 401 }, JSON.stringify(how));
  t.equal((await gateway.post('/api/hooks/deactivated', said)).status, 401, 'without a signature');
  t.match(await send(gateway, { subject: 7 }), { status: 400 });
  t.match(await send(gateway, { subject: 'developer', pad: 'x'.repeat(20_000) }), { status: 413 });
  t.strictSame(await gateway.store.locks(), []);
});

void t.test('without a secret in the configuration the call is not there', async (t) => {
  const gateway = await anAdminGateway(t);
  t.match(await send(gateway, { subject: 'developer' }), { status: 404 });
});
