import t from 'tap';
import { anAdminGateway } from './admin-gateway.ts';

void t.test('a page opened signed out leads through the provider and back to that page', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const landed = await browser.open('/ask/hub/app?right=push', 'developer');
  t.match(landed, { status: 200, path: '/ask/hub/app?right=push', body: { text: /<title>Sluice/ } });
  t.match((await browser.get('/api/me')).body, {
    principal: { name: 'Dana Developer', email: 'developer@demo.example' },
    groups: ['developers'],
    roles: [],
    approves: false,
    via: 'sign-in',
    csrf: /^[\w-]{43}$/,
    gateway: { https: 'https://gw.test', ssh: 'ssh://git@gw.test:2222' },
  });
});

void t.test('the cookies are opaque, for this host alone, and unseen by scripts', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const login = await browser.visit('/login?returnTo=/requests');
  const [cookie = ''] = login.headers.getSetCookie();
  t.match(cookie, /^__Host-sluice-browser=[\w-]{43}; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  await browser.open('/requests', 'developer');
  t.match(browser.cookies.get('__Host-sluice'), /^[\w-]{43}$/);
});

void t.test('two tabs signed out both land on the page they wanted (case H1)', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const tabs = ['/requests', '/access', '/credentials'];
  const logins = await Promise.all(
    tabs.map(async (tab) => (await browser.visit(tab)).headers.get('location')),
  );
  t.match(
    logins,
    tabs.map((tab) => `/login?returnTo=${encodeURIComponent(tab)}`),
  );
  await browser.visit('/favicon.ico');
  for (const [at, login] of logins.entries()) {
    t.equal((await browser.open(login ?? '', 'developer')).path, tabs[at]);
  }
});

void t.test('going back and finishing again lands instead of failing (case H1)', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const login = await browser.visit('/login?returnTo=/access');
  const { walkProvider } = await import('../servers/provider-walk.ts');
  const { callback } = await walkProvider(login.headers.get('location') ?? '', 'developer');
  const path = callback.pathname + callback.search;
  t.match((await browser.visit(path)).headers.get('location'), '/access');
  const again = await browser.visit(path);
  t.match(
    { status: again.status, location: again.headers.get('location') },
    { status: 303, location: '/access' },
  );
});

void t.test('a browser that keeps no cookies reads why it does not get in (case H1)', async (t) => {
  const gateway = await anAdminGateway(t);
  const { walkProvider } = await import('../servers/provider-walk.ts');
  let path = '/login?returnTo=/requests';
  for (let trip = 0; trip < 4; trip++) {
    const login = await gateway.get(path);
    const { callback } = await walkProvider(login.headers.get('location') ?? '', 'developer');
    const arrival = await gateway.get(callback.pathname + callback.search);
    if (arrival.status === 400) return t.match(arrival.body.text, /needs cookies/);
    path = arrival.headers.get('location') ?? '';
  }
  t.fail('went round for ever');
});

void t.test('no parameter sends a browser to another site', async (t) => {
  const gateway = await anAdminGateway(t);
  for (const returnTo of [
    'https://evil.test/',
    '//evil.test',
    '/\\evil.test',
    '/%09/evil.test',
    'javascript:alert(1)',
  ]) {
    const browser = gateway.browser();
    const { path } = await browser.open(`/login?returnTo=${encodeURIComponent(returnTo)}`, 'developer');
    t.match(path, /^\/($|%09)/, returnTo);
  }
});

void t.test('a provider outage is a page with a sentence, and leaves sign-ins alone (case H4)', async (t) => {
  const gateway = await anAdminGateway(t);
  const signedIn = gateway.browser();
  await signedIn.signIn('developer');
  const other = await anAdminGateway(t);
  other.provider.pause('unavailable');
  const login = await other.browser().visit('/login');
  t.match({ status: login.status, text: login.body.text }, { status: 503, text: /cannot sign in now/ });
  t.notMatch(login.body.text, /127\.0\.0\.1/, 'nothing of the foreign error');
  gateway.provider.pause();
  t.equal((await signedIn.get('/api/me')).status, 200);
});

void t.test('the provider’s no is told, escaped, and logged', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  const login = await browser.visit('/login');
  const state = new URL(login.headers.get('location') ?? '').searchParams.get('state');
  const callback = `/oidc/callback?state=${state}&error=access_denied&error_description=%3Cscript%3E&iss=${encodeURIComponent(gateway.provider.issuer)}`;
  const refused = await browser.visit(callback);
  t.match(
    { status: refused.status, text: refused.body.text },
    { status: 403, text: /answered access_denied/ },
  );
  t.notMatch(refused.body.text, /<script>/);
  t.match(gateway.entries, [
    { type: 'sign-in.refused', body: { reason: 'auth-refused', address: '127.0.0.1' } },
  ]);
});

void t.test('signing out needs the page’s token and ends the sign-in at once', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.equal((await browser.change('/logout', {}, { 'x-csrf-token': 'x' })).status, 403);
  const id = browser.cookies.get('__Host-sluice') ?? '';
  const out = await browser.change('/logout', {});
  t.match(out, { status: 200, body: { signedOut: true, provider: /session\/end/ } });
  t.notOk(browser.cookies.has('__Host-sluice'));
  browser.cookies.set('__Host-sluice', id);
  t.equal((await browser.get('/api/me')).status, 401, 'the id is worth nothing afterwards');
});

void t.test('a sign-in ends when idle, and in any case after its life', async (t) => {
  const gateway = await anAdminGateway(t);
  const hour = 3_600_000;
  const browser = gateway.browser();
  await browser.signIn('developer');
  for (let passed = 1; passed < 12; passed++) {
    gateway.skew(passed * hour);
    t.equal((await browser.get('/api/me')).status, 200, `in use after ${passed} h`);
  }
  gateway.skew(12 * hour);
  t.equal((await browser.get('/api/me')).status, 401);

  gateway.skew(0);
  const idle = gateway.browser();
  await idle.signIn('developer');
  gateway.skew(2 * hour);
  t.equal((await idle.get('/api/me')).status, 401);
});

void t.test('a flood of sign-ins from one address is told to wait', async (t) => {
  const gateway = await anAdminGateway(t);
  let last = await gateway.get('/login');
  for (let count = 0; count < 130 && last.status !== 429; count++) last = await gateway.get('/login');
  t.match({ status: last.status, text: last.body.text }, { status: 429, text: /too many sign-ins/ });
  t.match(last.headers.get('retry-after'), /^\d+$/);
});
