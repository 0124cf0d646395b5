import { createSecretKey } from 'node:crypto';
import { exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT, UnsecuredJWT } from 'jose';
import t from 'tap';
import { type TokenExpectation, verifyIdToken } from '../../gateway/identity/id-token.ts';
import { ProviderError } from '../../gateway/identity/provider-error.ts';
import { providerKeys } from '../../gateway/identity/provider-keys.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const expected: TokenExpectation = {
  issuer: 'https://idp.test/app/',
  audiences: ['sluice'],
  clientId: 'sluice',
  clockToleranceMs: 60_000,
};

/** A provider reduced to its key set: what it publishes, how it answers, how often it was asked. */
async function aProvider() {
  let now = noon;
  let answer: () => Response = () => Response.json({ keys: host.published });
  const host = {
    published: [] as JWK[],
    downloads: 0,
    keys: providerKeys({
      jwksUri: async () => 'https://idp.test/jwks',
      fetch: async () => {
        host.downloads += 1;
        return answer();
      },
      now: () => now,
    }),
    pass(ms: number) {
      now += ms;
    },
    answers(status: number, body: string) {
      answer = () => new Response(body, { status });
    },
    recovers() {
      answer = () => Response.json({ keys: host.published });
    },
    verify: (token: string, changed: Partial<TokenExpectation> = {}) =>
      verifyIdToken(token, { ...expected, ...changed }, host.keys, now),
    now: () => now,
  };
  return host;
}

async function aKey(kid: string | undefined, alg = 'ES256') {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const named = kid === undefined ? {} : { kid };
  return {
    publicKey,
    jwk: { ...(await exportJWK(publicKey)), ...named, alg, use: 'sig' },
    sign: (claims: object = {}, header: object = {}) =>
      new SignJWT({
        iss: expected.issuer,
        sub: 'ana',
        aud: 'sluice',
        iat: noon / 1_000,
        exp: noon / 1_000 + 600,
        ...claims,
      })
        .setProtectedHeader({ alg, ...named, ...header })
        .sign(privateKey),
  };
}

void t.test('tokens of every allowed algorithm verify', async (t) => {
  for (const alg of ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA']) {
    const provider = await aProvider();
    const key = await aKey('k', alg);
    provider.published = [key.jwk];
    t.match(await provider.verify(await key.sign()), { sub: 'ana' }, alg);
  }
});

void t.test(
  'alg none, HS256 with the public key and a foreign signature are refused (case H4)',
  async (t) => {
    const provider = await aProvider();
    const key = await aKey('k', 'RS256');
    provider.published = [key.jwk];
    const claims = {
      iss: expected.issuer,
      sub: 'ana',
      aud: 'sluice',
      iat: noon / 1_000,
      exp: noon / 1_000 + 600,
    };

    const unsigned = new UnsecuredJWT(claims).encode();
    await t.rejects(provider.verify(unsigned), { code: 'AUTH_TOKEN' });
    const shared = createSecretKey(Buffer.from(await exportSPKI(key.publicKey)));
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k' }).sign(shared);
    await t.rejects(provider.verify(symmetric), { code: 'AUTH_TOKEN', message: /HS256/ });
    const [header, payload] = (await key.sign()).split('.');
    const foreign = (await (await aKey('k', 'RS256')).sign()).split('.')[2];
    await t.rejects(provider.verify(`${header}.${payload}.${foreign}`), { code: 'AUTH_TOKEN' });
    await t.rejects(provider.verify('a.b.c'), { code: 'AUTH_TOKEN' });
  },
);

void t.test('a symmetric key in the published set is never used', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  provider.published = [{ kty: 'oct', k: 'c2VjcmV0', kid: 'o' }, key.jwk];
  t.ok(await provider.verify(await key.sign()));
});

void t.test('a rotated key is found at once, without a restart (case H4)', async (t) => {
  const provider = await aProvider();
  const [old, next] = [await aKey('old'), await aKey('next')];
  provider.published = [old.jwk];
  await provider.verify(await old.sign());
  provider.pass(31_000);
  provider.published = [next.jwk];
  t.ok(await provider.verify(await next.sign()));
  await t.rejects(provider.verify(await old.sign()), { code: 'AUTH_TOKEN' }, 'the withdrawn key is gone');
});

void t.test('1,000 tokens with made-up key ids cost the provider one download a cool-down', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  provider.published = [key.jwk];
  await provider.verify(await key.sign());
  provider.pass(31_000);
  const [, payload, signature] = (await key.sign()).split('.');
  await Promise.all(
    Array.from({ length: 1_000 }, async (_, at) => {
      const header = Buffer.from(JSON.stringify({ alg: 'ES256', kid: `made-up-${at}` })).toString(
        'base64url',
      );
      await provider.verify(`${header}.${payload}.${signature}`).catch(() => undefined);
    }),
  );
  t.equal(provider.downloads, 2);
  t.ok(await provider.verify(await key.sign()), 'the good key goes on working');
});

void t.test('a token for somebody else costs no download', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  await t.rejects(provider.verify(await key.sign({ aud: 'other' })), { code: 'AUTH_TOKEN' });
  await t.rejects(provider.verify(await key.sign({ iss: 'https://evil.test' })), {
    code: 'AUTH_ISSUER_DIFFERS',
  });
  t.equal(provider.downloads, 0);
});

void t.test('the last good set outlives an outage, and error pages are never kept as keys', async (t) => {
  const provider = await aProvider();
  const [key, next] = [await aKey('k'), await aKey('next')];
  provider.published = [key.jwk];
  await provider.verify(await key.sign({ exp: noon / 1_000 + 7_200 }));
  for (const [status, body] of [
    [503, 'away'],
    [200, '<html>soon back</html>'],
    [200, '{"error":"down"}'],
    [200, '{"keys":[]}'],
    [200, '{"keys":["x"]}'],
  ] as const) {
    provider.answers(status, body);
    provider.pass(700_000);
    t.ok(await provider.verify(await key.sign({ exp: provider.now() / 1_000 + 60 })), `${status} ${body}`);
    await t.rejects(provider.verify(await next.sign({ exp: provider.now() / 1_000 + 60 })));
  }
  provider.recovers();
  provider.published = [next.jwk];
  provider.pass(31_000);
  t.ok(await provider.verify(await next.sign({ exp: provider.now() / 1_000 + 60 })));
});

void t.test('without any set so far an outage is an outage, not a bad token', async (t) => {
  const provider = await aProvider();
  provider.answers(503, '');
  const key = await aKey('k');
  await t.rejects(provider.verify(await key.sign()), { code: 'AUTH_PROVIDER_UNREACHABLE' });
  t.equal(provider.downloads, 1);
  await t.rejects(provider.verify(await key.sign()), { code: 'AUTH_PROVIDER_UNREACHABLE' });
  t.equal(provider.downloads, 1, 'the next attempt waits a little');
});

void t.test('two keys without a kid are both tried', async (t) => {
  const provider = await aProvider();
  const keys = [await aKey(undefined), await aKey(undefined)] as const;
  provider.published = keys.map(({ jwk }) => jwk);
  for (const key of keys) t.ok(await provider.verify(await key.sign()));
  await t.rejects(provider.verify(await (await aKey(undefined)).sign()), { code: 'AUTH_TOKEN' });
});

void t.test('clocks may differ by a minute; beyond it the message says "clock" (case H5)', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  provider.published = [key.jwk];
  const issued = (secondsAhead: number) => {
    const iat = noon / 1_000 + secondsAhead;
    return key.sign({ iat, nbf: iat, exp: iat + 600 });
  };
  for (const ahead of [1, 5, 11, 30, 60]) t.ok(await provider.verify(await issued(ahead)), `${ahead} s`);
  await t.rejects(provider.verify(await issued(600)), { code: 'AUTH_CLOCK', message: /clock/ });
  t.ok(await provider.verify(await key.sign({ exp: noon / 1_000 - 59 })));
  await t.rejects(provider.verify(await key.sign({ exp: noon / 1_000 - 60 })), {
    code: 'AUTH_CLOCK',
    message: /clock/,
  });
  await t.rejects(provider.verify(await key.sign({ exp: -1e300 })), ProviderError);
  await t.rejects(provider.verify(await key.sign({ iat: undefined })), { code: 'AUTH_TOKEN' });
});

void t.test('the issuer is compared as it is spelled, slash at the end included (case H5)', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  provider.published = [key.jwk];
  t.ok(await provider.verify(await key.sign()));
  for (const iss of ['https://idp.test/app', 'https://IDP.test/app/', 'https://idp.test:443/app/']) {
    await t.rejects(provider.verify(await key.sign({ iss })), { code: 'AUTH_ISSUER_DIFFERS' }, iss);
  }
});

void t.test('a token of another kind, for several parties or for another sign-in is refused', async (t) => {
  const provider = await aProvider();
  const key = await aKey('k');
  provider.published = [key.jwk];
  await t.rejects(provider.verify(await key.sign({}, { typ: 'at+jwt' })), { message: /at\+jwt/ });
  await t.rejects(provider.verify(await key.sign({}, { typ: 'logout+jwt' })), { message: /logout/ });
  await t.rejects(provider.verify(await key.sign({ aud: ['sluice', 'other'] })), {
    message: /another party/,
  });
  await t.rejects(provider.verify(await key.sign({ aud: ['sluice', 'other'], azp: 'other' })));
  t.ok(await provider.verify(await key.sign({ aud: ['sluice', 'other'], azp: 'sluice' })));
  await t.rejects(provider.verify(await key.sign({ nonce: 'n' }), { nonce: 'm' }), {
    message: /another sign-in/,
  });
  t.ok(await provider.verify(await key.sign({ nonce: 'n' }), { nonce: 'n' }));
});
