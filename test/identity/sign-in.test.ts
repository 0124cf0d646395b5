import t, { type Test } from 'tap';
import type { OidcConfig } from '../../config/schema.ts';
import { startOidcProvider } from '../../gateway/demo/oidc.ts';
import { oidcProvider } from '../../gateway/identity/oidc.ts';
import { providerFetch } from '../../gateway/identity/provider-fetch.ts';
import { type Browser, signIns } from '../../gateway/identity/sign-in.ts';
import { memoryStore } from '../../gateway/store/memory-store.ts';
import type { OutboxEvent } from '../../gateway/store/store.ts';
import { walkProvider } from '../servers/provider-walk.ts';

const redirectUri = 'https://gw.test/oidc/callback';
const minute = 60_000;

/** A gateway's sign-ins at a real provider, over the in-process store; its clock stands `skewMs` off the provider's. */
async function aGateway(t: Test, changed: Partial<OidcConfig> = {}) {
  const peer = await startOidcProvider({
    clientId: 'sluice',
    clientSecret: 'secret',
    redirectUris: [redirectUri],
    remembers: true,
  });
  t.teardown(() => peer.close());
  const config: OidcConfig = {
    issuer: peer.issuer,
    discoveryUrl: undefined,
    clientId: 'sluice',
    clientSecret: undefined,
    scopes: ['openid', 'profile', 'email'],
    groupsClaim: 'groups',
    groupsMaxAgeMs: 12 * 60 * minute,
    audiences: ['sluice'],
    emailVerified: 'required',
    prompt: undefined,
    clockToleranceMs: minute,
    caFile: undefined,
    recheck: { offlineAccess: 'advertised', everyMs: 5 * minute, alarmAfterMs: 15 * minute },
    ...changed,
  };
  let skewMs = 0;
  const now = () => Date.now() + skewMs;
  const store = memoryStore({ nodeId: 'n', now });
  const entries: OutboxEvent[] = [];
  const refreshes: unknown[] = [];
  const provider = oidcProvider({ config, clientSecret: async () => 'secret', fetch: providerFetch(), now });
  const settle = async (events: readonly OutboxEvent[]): Promise<void> => {
    entries.push(...events);
    await store.acknowledge(events.map(({ seq }) => seq));
  };
  const gateway = signIns({
    store,
    provider,
    redirectUri,
    newLockId: () => 'L-1',
    endWithSignIn: () => [],
    keepRefresh: async (_principalId, _sid, refresh) => void refreshes.push(refresh),
    spans: () => ({ idleMs: 120 * minute, lifeMs: 720 * minute }),
    newPrincipalId: () => `P-${Math.random().toString(36).slice(2)}`,
    settle,
    settleInForce: (events) => settle(events).then(() => true),
  });
  return {
    ...gateway,
    peer,
    provider,
    store,
    entries,
    skew(ms: number) {
      skewMs = ms;
    },
    async leave(browser: Browser, returnTo = '/requests', fresh = false) {
      const departure = await gateway.begin(browser, { returnTo, fresh });
      if (departure.kind !== 'leave') throw new Error(`the browser did not leave: ${departure.kind}`);
      return departure;
    },
  };
}

const nobody: Browser = { signInId: undefined, browserId: undefined, address: '198.51.100.7' };

void t.test('a sign-in ends with a principal by issuer and subject, and is logged', async (t) => {
  const gateway = await aGateway(t);
  const { address, browserId } = await gateway.leave(nobody, '/ask/hub/app?right=push');
  const { callback } = await walkProvider(address, 'developer');
  const arrival = await gateway.finish({ ...nobody, browserId }, callback);
  t.match(arrival, {
    kind: 'signed-in',
    returnTo: '/ask/hub/app?right=push',
    principal: {
      issuer: gateway.peer.issuer,
      subject: 'developer',
      email: 'developer@demo.example',
      emailVerified: true,
      groups: ['developers'],
    },
  });
  if (arrival.kind !== 'signed-in') return;
  const found = await gateway.find(arrival.signInId);
  t.equal(found?.principal.id, arrival.principal.id);
  t.ok(Math.abs((found?.signIn.authenticatedAt ?? 0) - Date.now()) < 10_000, 'auth_time is kept');
  t.notMatch(JSON.stringify(found), arrival.signInId, 'the cookie’s value is not kept');
  t.match(gateway.entries, [{ type: 'sign-in.opened', body: { principalId: arrival.principal.id } }]);

  if (found !== undefined) await gateway.end(found, nobody.address);
  t.equal(await gateway.find(arrival.signInId), undefined);
  t.match(gateway.entries[1], { type: 'sign-in.closed' });
});

void t.test('two tabs that left together both land on the page they wanted (case H1)', async (t) => {
  const gateway = await aGateway(t);
  const one = await gateway.leave(nobody, '/requests');
  const browser = { ...nobody, browserId: one.browserId };
  const two = await gateway.leave(browser, '/access');
  t.equal(two.browserId, one.browserId, 'the second tab does not unbind the first');
  const cookies = new Map<string, string>();
  const first = await gateway.finish(
    browser,
    (await walkProvider(one.address, 'developer', cookies)).callback,
  );
  const second = await gateway.finish(
    browser,
    (await walkProvider(two.address, 'developer', cookies)).callback,
  );
  t.match(first, { kind: 'signed-in', returnTo: '/requests' });
  t.match(second, { kind: 'signed-in', returnTo: '/access' });
});

void t.test(
  'a callback gone stale lands if signed in, else starts over to the same page (case H1)',
  async (t) => {
    const gateway = await aGateway(t);
    const { address, browserId } = await gateway.leave(nobody, '/access');
    const browser = { ...nobody, browserId };
    const { callback } = await walkProvider(address, 'developer');
    const arrival = await gateway.finish(browser, callback);
    if (arrival.kind !== 'signed-in') return t.fail('not signed in');
    t.strictSame(await gateway.finish({ ...browser, signInId: arrival.signInId }, callback), {
      kind: 'already',
      returnTo: '/access',
    });
    t.strictSame(await gateway.finish(browser, callback), {
      kind: 'stale',
      returnTo: '/access',
      restarts: 0,
    });

    const late = await gateway.leave(browser, '/requests');
    const walked = await walkProvider(late.address, 'developer');
    gateway.skew(20 * minute);
    t.match(await gateway.finish(browser, walked.callback), { kind: 'stale', returnTo: '/requests' });
  },
);

void t.test('a browser without cookies is told so instead of going round for ever (case H1)', async (t) => {
  const gateway = await aGateway(t);
  const departure = await gateway.begin(nobody, { returnTo: '/', fresh: false, restarts: 2 });
  if (departure.kind !== 'leave') return t.fail('did not leave');
  const { callback } = await walkProvider(departure.address, 'developer');
  t.strictSame(await gateway.finish(nobody, callback), { kind: 'no-cookies' });
});

void t.test('a callback fed to another browser signs nobody in', async (t) => {
  const gateway = await aGateway(t);
  const { address } = await gateway.leave(nobody);
  const other = await gateway.leave(nobody);
  const { callback } = await walkProvider(address, 'admin');
  t.match(await gateway.finish({ ...nobody, browserId: other.browserId }, callback), { kind: 'stale' });
  t.equal(gateway.entries.length, 0);
});

void t.test('a made-up state, and one whose trip leads elsewhere, are stale', async (t) => {
  const gateway = await aGateway(t);
  const away = Buffer.from(JSON.stringify(['https://evil.test/', 0])).toString('base64url');
  for (const state of ['x', `x.${away}`, '', 'x.e30', `x.${'A'.repeat(5_000)}`]) {
    const callback = new URL(`${redirectUri}?code=c&state=${state}`);
    t.match(await gateway.finish(nobody, callback), { kind: 'stale', returnTo: '/' });
  }
  t.match(await gateway.finish(nobody, new URL(redirectUri)), { kind: 'stale', returnTo: '/' });
});

void t.test('somebody signed in does not leave again, unless a fresh proof is wanted', async (t) => {
  const gateway = await aGateway(t);
  const cookies = new Map<string, string>();
  const first = await gateway.leave(nobody);
  const { browserId } = first;
  const walked = await walkProvider(first.address, 'approver', cookies);
  const arrival = await gateway.finish({ ...nobody, browserId }, walked.callback);
  if (arrival.kind !== 'signed-in') return t.fail('not signed in');
  const browser = { ...nobody, browserId, signInId: arrival.signInId };
  t.strictSame(await gateway.begin(browser, { returnTo: '/approvals', fresh: false }), {
    kind: 'signed-in',
    returnTo: '/approvals',
  });
  const fresh = await gateway.leave(browser, '/a/R-7F3K9Q2M', true);
  const again = await walkProvider(fresh.address, 'approver', cookies);
  t.ok(again.wasAsked, 'the provider asks again though it remembers the browser');
  t.match(await gateway.finish(browser, again.callback), { kind: 'signed-in', returnTo: '/a/R-7F3K9Q2M' });
  t.equal(await gateway.find(arrival.signInId), undefined, 'the earlier sign-in is over');
});

void t.test('an ordinary sign-in through a remembered session keeps its old auth_time', async (t) => {
  const gateway = await aGateway(t);
  const cookies = new Map<string, string>();
  const authenticatedAt = async (): Promise<number | undefined> => {
    const { address, browserId } = await gateway.leave(nobody);
    const { callback } = await walkProvider(address, 'approver', cookies);
    const arrival = await gateway.finish({ ...nobody, browserId }, callback);
    return arrival.kind === 'signed-in'
      ? (await gateway.find(arrival.signInId))?.signIn.authenticatedAt
      : undefined;
  };
  const first = await authenticatedAt();
  t.type(first, 'number');
  t.equal(await authenticatedAt(), first);
});

void t.test('the provider’s no, and a code that was used, are refusals with a sentence', async (t) => {
  const gateway = await aGateway(t);
  const { address, browserId } = await gateway.leave(nobody);
  const state = new URL(address).searchParams.get('state') ?? '';
  const denied = new URL(`${redirectUri}?error=access_denied&error_description=<b>no</b>`);
  denied.searchParams.set('state', state);
  denied.searchParams.set('iss', gateway.peer.issuer);
  const arrival = await gateway.finish({ ...nobody, browserId }, denied);
  t.match(arrival, { kind: 'refused', error: { code: 'AUTH_REFUSED', message: /answered access_denied$/ } });
});

void t.test('clocks 30 s apart sign in; 10 min apart the message says "clock" (case H5)', async (t) => {
  for (const [skew, kind] of [
    [-5_000, 'signed-in'],
    [-30_000, 'signed-in'],
    [30_000, 'signed-in'],
    [-10 * minute, 'refused'],
  ] as const) {
    const gateway = await aGateway(t);
    gateway.skew(skew);
    const { address, browserId } = await gateway.leave(nobody);
    const { callback } = await walkProvider(address, 'developer');
    const arrival = await gateway.finish({ ...nobody, browserId }, callback);
    t.equal(arrival.kind, kind, `${skew} ms`);
    if (arrival.kind === 'refused') t.match(arrival.error, { code: 'AUTH_CLOCK', message: /clock/ });
  }
});

void t.test('an issuer spelled otherwise is refused with both spellings (case H5)', async (t) => {
  const peer = await startOidcProvider({
    clientId: 'sluice',
    clientSecret: 's',
    redirectUris: [redirectUri],
  });
  t.teardown(() => peer.close());
  const gateway = await aGateway(t, { issuer: `${peer.issuer}/` });
  await t.rejects(gateway.begin(nobody, { fresh: false }), {
    code: 'AUTH_ISSUER_DIFFERS',
    message: `${JSON.stringify(peer.issuer)}, configured is ${JSON.stringify(`${peer.issuer}/`)}`,
  });
});

void t.test(
  'discovery may be reached by an inner name while the issuer is an outer one (case H5)',
  async (t) => {
    const gateway = await aGateway(t);
    const discoveryUrl = `${gateway.peer.issuer.replace('127.0.0.1', 'localhost')}/.well-known/openid-configuration`;
    const inner = await aGateway(t, { issuer: gateway.peer.issuer, discoveryUrl });
    const { address, browserId } = await inner.leave(nobody);
    const outer = address.replace('//localhost:', '//127.0.0.1:');
    const { callback } = await walkProvider(outer, 'developer');
    t.match(await inner.finish({ ...nobody, browserId }, callback), { kind: 'signed-in' });
  },
);

void t.test('a provider outage leaves sign-ins alone, and ends with it (case H4)', async (t) => {
  const gateway = await aGateway(t);
  const { address, browserId } = await gateway.leave(nobody);
  const walked = await walkProvider(address, 'developer');
  const arrival = await gateway.finish({ ...nobody, browserId }, walked.callback);
  if (arrival.kind !== 'signed-in') return t.fail('not signed in');
  const second = await gateway.leave(nobody);
  const waiting = await walkProvider(second.address, 'developer');
  gateway.peer.pause('unavailable');
  t.ok(await gateway.find(arrival.signInId));
  t.match(await gateway.finish({ ...nobody, browserId: second.browserId }, waiting.callback), {
    kind: 'refused',
    error: { code: 'AUTH_PROVIDER_UNREACHABLE' },
  });
  gateway.peer.resume();
  t.ok(await gateway.leave(nobody));
});

void t.test('keys rotated at the provider do not stop sign-ins (case H4)', async (t) => {
  const gateway = await aGateway(t);
  for (let round = 0; round < 2; round++) {
    const { address, browserId } = await gateway.leave(nobody);
    const { callback } = await walkProvider(address, 'developer');
    const arrival = await gateway.finish({ ...nobody, browserId }, callback);
    t.equal(arrival.kind, 'signed-in');
    await gateway.peer.rotate();
    gateway.skew(31_000);
  }
});
