import { createSecretKey } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import t from 'tap';
import { verifyLogoutToken } from '../../gateway/identity/logout-token.ts';
import { providerKeys } from '../../gateway/identity/provider-keys.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const event = 'http://schemas.openid.net/event/backchannel-logout';
const expected = { issuer: 'https://idp.test', clientId: 'sluice', clockToleranceMs: 60_000 };
const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
const keys = providerKeys({
  jwksUri: async () => 'https://idp.test/jwks',
  fetch: async () => Response.json({ keys: [{ ...(await exportJWK(publicKey)), kid: 'k', alg: 'RS256' }] }),
  now: () => noon,
});

const good = {
  iss: 'https://idp.test',
  aud: 'sluice',
  iat: noon / 1_000,
  exp: noon / 1_000 + 120,
  jti: 'j-1',
  sub: 'ana',
  sid: 's-1',
  events: { [event]: {} },
};

const sign = (claims: object = {}, header: object = { typ: 'logout+jwt' }): Promise<string> =>
  new SignJWT({ ...good, ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: 'k', ...header })
    .sign(privateKey);
const check = (token: string) => verifyLogoutToken(token, expected, keys, noon);

void t.test('a token by session, by subject or by both is taken, with its type or without', async (t) => {
  const untilAt = noon + 180_000;
  t.strictSame(await check(await sign()), {
    issuer: 'https://idp.test',
    subject: 'ana',
    sid: 's-1',
    jti: 'j-1',
    untilAt,
  });
  t.match(await check(await sign({ sid: undefined })), { subject: 'ana', sid: undefined });
  t.match(await check(await sign({ sub: undefined })), { subject: undefined, sid: 's-1' });
  t.match(await check(await sign({ aud: ['other', 'sluice'] })), { sid: 's-1' });
  for (const header of [{}, { typ: 'JWT' }, { typ: 'application/logout+jwt' }])
    t.match(await check(await sign({}, header)), { sid: 's-1' }, JSON.stringify(header));
});

const bad: readonly [string, object, string][] = [
  ['a nonce', { nonce: 'n' }, 'AUTH_TOKEN'],
  ['a nonce of null', { nonce: null }, 'AUTH_TOKEN'],
  ['another audience', { aud: 'other' }, 'AUTH_TOKEN'],
  ['an audience that only begins like ours', { aud: 'sluice2' }, 'AUTH_TOKEN'],
  ['another issuer', { iss: 'https://idp.test/' }, 'AUTH_TOKEN'],
  ['no events', { events: undefined }, 'AUTH_TOKEN'],
  ['another event', { events: { 'http://schemas.openid.net/event/other': {} } }, 'AUTH_TOKEN'],
  ['an event that is text', { events: { [event]: 'yes' } }, 'AUTH_TOKEN'],
  ['events as a list', { events: [event] }, 'AUTH_TOKEN'],
  ['neither subject nor session', { sub: undefined, sid: undefined }, 'AUTH_TOKEN'],
  ['a subject that is a number', { sub: 7 }, 'AUTH_TOKEN'],
  ['an empty session beside a subject', { sid: '' }, 'AUTH_TOKEN'],
  ['a session of 256 characters', { sid: 's'.repeat(256) }, 'AUTH_TOKEN'],
  ['no jti', { jti: undefined }, 'AUTH_TOKEN'],
  ['no iat', { iat: undefined }, 'AUTH_TOKEN'],
  ['no exp', { exp: undefined }, 'AUTH_TOKEN'],
  ['an end that has passed', { exp: noon / 1_000 - 60 }, 'AUTH_CLOCK'],
  ['a beginning that has not come', { iat: noon / 1_000 + 61 }, 'AUTH_CLOCK'],
  ['a life of more than a day', { exp: noon / 1_000 + 86_401 }, 'AUTH_TOKEN'],
];

for (const [what, claims, code] of bad)
  void t.test(`a log-out token with ${what} is refused (case H7)`, async (t) => {
    await t.rejects(check(await sign(claims)), { name: 'ProviderError', code });
  });

void t.test('an ID token, an access token, alg none and HS256 with the public key are refused', async (t) => {
  await t.rejects(check(await sign({ events: undefined, nonce: 'n' }, {})), { code: 'AUTH_TOKEN' });
  await t.rejects(check(await sign({}, { typ: 'at+jwt' })), { message: /at\+jwt, not a log-out token/ });
  await t.rejects(check(new UnsecuredJWT(good).encode()), { message: /only public-key signatures/ });
  const shared = createSecretKey(Buffer.from(await exportSPKI(publicKey)));
  const symmetric = await new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(shared);
  await t.rejects(check(symmetric), { message: /HS256/ });
  const foreign = (await generateKeyPair('RS256')).privateKey;
  const forged = await new SignJWT(good).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(foreign);
  await t.rejects(check(forged), { code: 'AUTH_TOKEN' });
  for (const junk of ['', 'a', 'a.b.c', '..', 'é'.repeat(100)])
    await t.rejects(check(junk), { code: 'AUTH_TOKEN' });
});
