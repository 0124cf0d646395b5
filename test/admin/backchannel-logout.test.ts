import t, { type Test } from 'tap';
import type { Config } from '../../config/schema.ts';
import { freePort } from '../servers/free-port.ts';
import { anAdminGateway } from './admin-gateway.ts';

type Gateway = Awaited<ReturnType<typeof anAdminGateway>>;
const form = 'application/x-www-form-urlencoded';

async function post(gateway: Gateway, body: string | URLSearchParams, type = form) {
  const response = await fetch(`${gateway.address}/oidc/backchannel-logout`, {
    method: 'POST',
    headers: { 'content-type': type },
    body: String(body),
  });
  const text = await response.text();
  return { status: response.status, cache: response.headers.get('cache-control'), body: text };
}
const logout = (gateway: Gateway, token: string) =>
  post(gateway, new URLSearchParams({ logout_token: token }));
const binding = (kinds: Config['credentials']['endWithSignIn']) => ({
  configure: (config: Config) => ({
    ...config,
    credentials: { ...config.credentials, endWithSignIn: kinds },
  }),
});

async function credentialOf(browser: ReturnType<Gateway['browser']>, kind: 'git' | 'api'): Promise<string> {
  const made = await browser.change('/api/credentials', { kind, name: kind, expiresIn: '1d' });
  if (made.status !== 201) throw new Error(JSON.stringify(made.body));
  return made.body.secret;
}

/** The provider's session of the youngest sign-in. */
async function sidOf(gateway: Gateway): Promise<string> {
  const { id } = await gateway.principalOf('developer');
  const [signIn] = (await gateway.store.signInsOf(id)).toSorted((a, b) => b.createdAt - a.createdAt);
  return signIn?.sid ?? '';
}

void t.test('the provider’s own log-out ends that sign-in, and no other (case H7)', async (t) => {
  const gateway = await anAdminGateway(t, {}, '12h', { port: await freePort() });
  const [here, there] = [gateway.browser(), gateway.browser()];
  await here.signIn('developer');
  await there.signIn('developer');
  const page = await fetch(`${gateway.provider.issuer}/session/end?client_id=sluice`, {
    headers: { cookie: [...here.providerCookies].map(([name, value]) => `${name}=${value}`).join('; ') },
  });
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(await page.text())?.[1] ?? '';
  await fetch(`${gateway.provider.issuer}/session/end/confirm`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie: [...here.providerCookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  });
  t.equal((await here.get('/api/me')).status, 401);
  t.equal((await there.get('/api/me')).status, 200);
  t.match(
    gateway.entries.filter(({ type }) => type === 'sign-in.closed'),
    [{ body: { reason: 'provider-logout' } }],
  );
});

void t.test('by subject alone, all sign-ins of that person end, and nobody else’s', async (t) => {
  const gateway = await anAdminGateway(t);
  const [one, two, other] = [gateway.browser(), gateway.browser(), gateway.browser()];
  for (const browser of [one, two]) await browser.signIn('developer');
  await other.signIn('approver');
  const answer = await logout(gateway, await gateway.provider.logoutToken({ sub: 'developer' }));
  t.match(answer, { status: 200, cache: 'no-store', body: '' });
  const statuses = await Promise.all([one, two, other].map(async (b) => (await b.get('/api/me')).status));
  t.strictSame(statuses, [401, 401, 200]);
  t.strictSame(await gateway.store.locks(), [], 'nobody is locked out');
});

void t.test(
  'by session alone, what is bound to that sign-in ends with it, and the rest goes on',
  async (t) => {
    const bound = { ...binding(['git']), port: await freePort() };
    const gateway = await anAdminGateway(t, {}, '12h', bound);
    const [here, there] = [gateway.browser(), gateway.browser()];
    await there.signIn('developer');
    const kept = await credentialOf(there, 'git');
    await here.signIn('developer');
    const [git, api] = [await credentialOf(here, 'git'), await credentialOf(here, 'api')];
    const token = await gateway.provider.logoutToken({ sid: await sidOf(gateway) });
    t.equal((await logout(gateway, token)).status, 200);
    t.equal((await here.get('/api/me')).status, 401);
    t.equal((await there.get('/api/me')).status, 200);
    const can = async (secret: string) =>
      (await gateway.get('/api/can?repository=hub/app&right=fetch', secret)).status;
    t.strictSame([await can(git), await can(kept)], [401, 200]);
    t.equal((await gateway.get('/api/me', api)).status, 200, 'an api credential is not bound');
    t.match(
      gateway.entries.filter(({ type }) => type === 'credential.revoked'),
      [{ body: { reason: 'provider-logout' } }],
    );
  },
);

void t.test('without a binding, credentials outlive the provider’s log-out', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  const git = await credentialOf(browser, 'git');
  await logout(gateway, await gateway.provider.logoutToken({ sub: 'developer' }));
  t.equal((await gateway.get('/api/can?repository=hub/app&right=fetch', git)).status, 200);
});

void t.test(
  'signing out at the page leaves git’s credential alone, unless it is bound (case H7)',
  async (t) => {
    for (const [kinds, status] of [
      [[], 200],
      [['git' as const], 401],
    ] as const) {
      const gateway = await anAdminGateway(t, {}, '12h', binding(kinds));
      const browser = gateway.browser();
      await browser.signIn('developer');
      const git = await credentialOf(browser, 'git');
      t.equal((await browser.change('/logout', {})).status, 200);
      const can = await gateway.get('/api/can?repository=hub/app&right=fetch', git);
      t.equal(can.status, status, `bound: ${kinds.join()}`);
    }
  },
);

void t.test('a token is taken once (case H7)', async (t) => {
  const gateway = await anAdminGateway(t);
  const token = await gateway.provider.logoutToken({ sub: 'developer' });
  t.equal((await logout(gateway, token)).status, 200, 'somebody nobody knows is signed out already');
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.match(await logout(gateway, token), { status: 400, body: /taken before/, cache: 'no-store' });
  t.equal((await browser.get('/api/me')).status, 200);
});

void t.test(
  'hostile log-outs are refused with the specification’s error, folded in the audit (case H7)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const browser = gateway.browser();
    await browser.signIn('developer');
    const { provider } = gateway;
    const tokens = await Promise.all([
      provider.logoutToken({ sub: 'developer', nonce: 'n' }),
      provider.logoutToken({ sub: 'developer', aud: 'other' }),
      provider.logoutToken({ sub: 'developer', events: {} }),
      provider.logoutToken({ sub: 'developer', exp: 1 }),
      provider.idToken('developer'),
    ]);
    for (const token of [...tokens, 'junk', `${'a'.repeat(30_000)}`]) {
      const answer = await logout(gateway, token);
      t.match(answer, { status: 400, cache: 'no-store' });
      t.match(JSON.parse(answer.body), { error: 'invalid_request', error_description: String });
    }
    const [token = ''] = tokens;
    for (const body of [
      '',
      'logout_token=',
      `logout_token=${token}&logout_token=${token}`,
      'x'.repeat(40_000),
    ])
      t.match(await post(gateway, body), { status: 400, cache: 'no-store' });
    t.match(await post(gateway, JSON.stringify({ logout_token: token }), 'application/json'), {
      status: 400,
    });
    t.equal((await browser.get('/api/me')).status, 200, 'the sign-in goes on');
    t.equal(gateway.entries.filter(({ type }) => type === 'sign-in.refused').length, 1);
  },
);

void t.test('keys that cannot be had are no reason to call the token bad', async (t: Test) => {
  const gateway = await anAdminGateway(t);
  const token = await gateway.provider.logoutToken({ sub: 'developer' });
  gateway.provider.pause();
  t.match(await logout(gateway, token), { status: 503, body: /send the token again/ });
  gateway.provider.resume();
});
