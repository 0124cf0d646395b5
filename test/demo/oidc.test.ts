import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import t, { type Test } from 'tap';
import { type OidcProvider, startOidcProvider } from '../../gateway/demo/oidc.ts';
import type { OidcOptions } from '../../gateway/demo/oidc-configuration.ts';
import { type Browser, signInAs } from '../servers/oidc-sign-in.ts';

const redirectUri = 'https://localhost:8443/oidc/callback';

async function aProvider(t: Test, options: Partial<OidcOptions> = {}): Promise<OidcProvider> {
  const provider = await startOidcProvider({
    clientId: 'sluice',
    clientSecret: 'secret',
    redirectUris: [redirectUri],
    ...options,
  });
  t.teardown(() => provider.close());
  return provider;
}

const asked = { clientId: 'sluice', clientSecret: 'secret', redirectUri };

void t.test(
  'a sign-in ends in an ID token with name, verified e-mail, groups, nonce and auth_time',
  async (t) => {
    const provider = await aProvider(t);
    const { idToken } = await signInAs('approver', provider.issuer, asked);
    const keys = createRemoteJWKSet(new URL('/jwks', provider.issuer));
    const { payload } = await jwtVerify(idToken, keys, { issuer: provider.issuer, audience: 'sluice' });
    t.match(payload, {
      sub: 'approver',
      name: 'Ana Approver',
      email: 'approver@demo.example',
      email_verified: true,
      groups: ['approvers'],
      nonce: 'n-1',
    });
    t.type(payload.auth_time, 'number');
  },
);

void t.test('a wrong client secret gets no token', async (t) => {
  const { issuer } = await aProvider(t);
  await t.rejects(signInAs('developer', issuer, { ...asked, clientSecret: 'other' }), /invalid_client/);
});

void t.test('without PKCE nobody is sent on', async (t) => {
  const { issuer } = await aProvider(t);
  const address = new URL('/auth', issuer);
  address.search = new URLSearchParams({
    client_id: 'sluice',
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    state: 's',
  }).toString();
  const response = await fetch(address, { redirect: 'manual' });
  t.match(response.headers.get('location'), /error=invalid_request.*PKCE/);
});

void t.test('a provider that does not remember asks for an account each time', async (t) => {
  const { issuer } = await aProvider(t);
  const browser: Browser = { cookies: new Map() };
  await signInAs('developer', issuer, { ...asked, browser });
  const second = await signInAs('approver', issuer, { ...asked, browser });
  t.equal(decodeJwt(second.idToken).sub, 'approver');
});

void t.test(
  'a provider that remembers asks again only for prompt=login or a max_age that has passed',
  async (t) => {
    const { issuer } = await aProvider(t, { remembers: true });
    const browser: Browser = { cookies: new Map() };
    t.equal((await signInAs('developer', issuer, { ...asked, browser })).wasAsked, true);
    t.equal((await signInAs('approver', issuer, { ...asked, browser })).wasAsked, false);
    t.equal(
      (await signInAs('developer', issuer, { ...asked, browser, more: { prompt: 'login' } })).wasAsked,
      true,
    );
    t.equal(
      (await signInAs('developer', issuer, { ...asked, browser, more: { max_age: '0' } })).wasAsked,
      true,
    );
  },
);

void t.test('after a rotation only the new key is published and signs', async (t) => {
  const provider = await aProvider(t);
  const kids = async () => {
    const { keys } = (await (await fetch(`${provider.issuer}/jwks`)).json()) as { keys: { kid: string }[] };
    return keys.map(({ kid }) => kid);
  };
  const before = await kids();
  await provider.rotate();
  const after = await kids();
  t.equal(after.length, 1);
  t.notSame(after, before);
  const keys = createRemoteJWKSet(new URL('/jwks', provider.issuer));
  const { idToken } = await signInAs('developer', provider.issuer, asked);
  await t.resolves(jwtVerify(idToken, keys));
  await t.resolves(jwtVerify(await provider.idToken('auditor'), keys));
});

void t.test('a paused provider is away as it was told, and back after resume', async (t) => {
  const provider = await aProvider(t);
  const discovery = `${provider.issuer}/.well-known/openid-configuration`;
  provider.pause();
  await t.rejects(fetch(discovery));
  provider.pause('unavailable');
  t.equal((await fetch(discovery)).status, 503);
  provider.pause('silent');
  await t.rejects(fetch(discovery, { signal: AbortSignal.timeout(50) }), { name: 'TimeoutError' });
  provider.resume();
  t.equal((await fetch(discovery)).status, 200);
});

void t.test('claims given to an ID token stand above the standard ones', async (t) => {
  const provider = await aProvider(t);
  const claims = decodeJwt(await provider.idToken('developer', { aud: 'other', groups: undefined }));
  t.match(claims, { sub: 'developer', aud: 'other', email: 'developer@demo.example' });
  t.notOk('groups' in claims);
});

void t.test('a sign-in form of another browser is refused', async (t) => {
  const { issuer } = await aProvider(t);
  const response = await fetch(`${issuer}/sign-in/abc`, {
    method: 'POST',
    body: new URLSearchParams({ account: 'admin' }),
  });
  t.equal(response.status, 400);
  t.match(await response.text(), /start again at the gateway/);
});
