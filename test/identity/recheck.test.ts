import t, { type Test } from 'tap';
import { anAdminGateway } from '../admin/admin-gateway.ts';

const minute = 60_000;

/** A developer who is signed in and has a git credential, and may be asked for again at any time. */
async function aSignedIn(t: Test) {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const me = await browser.signIn('developer');
  const git = await gateway.credential('developer', 'git');
  const id: string = me.principal.id;
  let passed = 0;
  return {
    ...gateway,
    browser,
    id,
    /** Lets the span between two re-checks pass and asks. */
    async asksAgain(ms = 5 * minute) {
      passed += ms;
      gateway.skew(passed);
      await gateway.asking.round();
    },
    page: async () => (await browser.get('/api/me')).status,
    can: async () => (await gateway.get('/api/can?repository=hub/app&right=fetch', git)).status,
  };
}

void t.test('the refresh token is not in the store as it came, and opens for its person alone', async (t) => {
  const gateway = await aSignedIn(t);
  const kept = await gateway.store.refreshOf(gateway.id);
  t.match(kept, { principalId: gateway.id });
  t.ok((kept?.sealed.length ?? 0) > 60);
  t.equal(JSON.stringify(gateway.entries).includes(kept?.sealed ?? ''), false, 'nor in the audit');
});

void t.test('who the provider still knows goes on, under a new token each time', async (t) => {
  const gateway = await aSignedIn(t);
  const versions = new Set([(await gateway.store.refreshOf(gateway.id))?.version]);
  for (let count = 0; count < 3; count += 1) {
    await gateway.asksAgain();
    versions.add((await gateway.store.refreshOf(gateway.id))?.version);
    t.strictSame([await gateway.page(), await gateway.can()], [200, 200]);
  }
  t.equal(versions.size, 4);
  t.strictSame(gateway.troubles, []);
});

void t.test('nobody is asked for again before the span is over', async (t) => {
  const gateway = await aSignedIn(t);
  gateway.provider.deactivate('developer');
  await gateway.asksAgain(5 * minute - 10_000);
  t.equal(await gateway.page(), 200);
});

void t.test(
  'who the provider no longer knows is locked out, and it is on record why (case H7)',
  async (t) => {
    const gateway = await aSignedIn(t);
    gateway.provider.deactivate('developer');
    await gateway.asksAgain();
    t.strictSame([await gateway.page(), await gateway.can()], [401, 401]);
    t.match(await gateway.store.locks(), [
      { on: { principalId: gateway.id }, by: 'identity-provider', untilSignIn: true },
    ]);
    t.match(
      gateway.entries.filter(({ type }) => /closed|revoked|made/.test(type)),
      [
        { type: 'lock.made', body: { reason: 'identity provider no longer knows this sign-in' } },
        { type: 'sign-in.closed', body: { reason: 'locked-out', lockId: /^L-/ } },
        { type: 'credential.revoked', body: { reason: 'locked-out', lockId: /^L-/ } },
      ],
    );
    t.equal(await gateway.store.refreshOf(gateway.id), undefined);
  },
);

void t.test('an outage changes nothing, and is an alarm only after a while, once', async (t) => {
  const gateway = await aSignedIn(t);
  for (const how of ['reset', 'unavailable'] as const) {
    gateway.provider.pause(how);
    await gateway.asksAgain();
    t.strictSame([await gateway.page(), await gateway.can()], [200, 200], how);
  }
  t.strictSame(gateway.alarms, []);
  for (let count = 0; count < 4; count += 1) await gateway.asksAgain();
  t.equal(gateway.alarms.length, 1);
  gateway.provider.resume();
  await gateway.asksAgain();
  t.strictSame([await gateway.page(), await gateway.can()], [200, 200]);
  t.strictSame(await gateway.store.locks(), []);
});

void t.test('groups that changed at the provider count from the next re-check on', async (t) => {
  const gateway = await aSignedIn(t);
  t.strictSame((await gateway.browser.get('/api/me')).body.groups, ['developers']);
  gateway.provider.regroup('developer', ['guests']);
  await gateway.asksAgain();
  const principal = await gateway.store.principal(gateway.id);
  t.strictSame(principal?.groups, ['guests']);
});

void t.test('a no to a token that another sign-in has replaced locks nobody out', async (t) => {
  const gateway = await aSignedIn(t);
  const before = await gateway.store.refreshOf(gateway.id);
  gateway.provider.deactivate('developer');
  const { replaceRefresh } = gateway.store;
  const claimed = await gateway.store.claimRefreshes(1);
  t.strictSame(claimed, [], 'not due');
  if (before === undefined) return t.fail('no token was kept');
  // The person signs in elsewhere while the provider is being asked about the earlier sign-in.
  await replaceRefresh(before, { refresh: before, dueInMs: 0 });
  const asked = gateway.asking.round();
  await gateway.store.keepRefresh({ ...before, version: 'another' }, 5 * minute);
  await asked;
  t.strictSame(await gateway.store.locks(), []);
  t.equal(await gateway.page(), 200);
});
