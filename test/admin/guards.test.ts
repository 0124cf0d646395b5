import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import t from 'tap';
import { StoreError } from '../../gateway/store/store-error.ts';
import { anAdminGateway } from './admin-gateway.ts';

const aCredential = { kind: 'git', name: 'laptop', expiresIn: '1d' };

void t.test('a change under a cookie needs our origin and the sign-in’s own token', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  const refused: readonly [string, Record<string, string>, string][] = [
    ['no token', { 'x-csrf-token': '' }, 'csrf'],
    ['another token', { 'x-csrf-token': 'x'.repeat(43) }, 'csrf'],
    ['another origin', { origin: 'https://evil.test' }, 'other-site'],
    ['an opaque origin', { origin: 'null' }, 'other-site'],
    ['a sibling site', { 'sec-fetch-site': 'same-site' }, 'other-site'],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 'other-site'],
  ];
  for (const [name, headers, error] of refused) {
    t.match(
      await browser.change('/api/credentials', aCredential, headers),
      { status: 403, body: { error } },
      name,
    );
  }
  t.equal((await browser.get('/api/credentials')).body.credentials.length, 0, 'nothing was made');
  t.equal((await browser.change('/api/credentials', aCredential)).status, 201);

  const other = gateway.browser();
  const { csrf } = await other.signIn('admin');
  t.equal((await browser.change('/api/credentials', aCredential, { 'x-csrf-token': csrf })).status, 403);
});

void t.test('a Bearer caller needs none of it', async (t) => {
  const gateway = await anAdminGateway(t);
  t.equal(
    (await gateway.post('/api/credentials', aCredential, await gateway.token('developer'))).status,
    201,
  );
});

void t.test('a Bearer header outranks a cookie: a bad one is not saved by a good sign-in', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  t.equal((await browser.send('/api/me', { headers: { authorization: 'Bearer x' } })).status, 401);
});

void t.test('the same credential works in each form and maps to its owner (case G4)', async (t) => {
  const gateway = await anAdminGateway(t);
  const token = await gateway.credential('developer', 'api', ['read']);
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;
  const me = async (authorization: string) => {
    const response = await fetch(`${gateway.address}/api/me`, { headers: { authorization } });
    return {
      status: response.status,
      challenge: response.headers.get('www-authenticate'),
      body: await response.json(),
    };
  };
  const good = [
    `Bearer ${token}`,
    `bearer ${token}`,
    basic(`oauth2:${token}`),
    basic(`${token}:x-oauth-basic`),
    basic(`:${token}`),
    basic(`developer@demo.example:${token}`),
  ];
  for (const header of good) {
    t.match(await me(header), {
      status: 200,
      body: { principal: { name: 'Dana Developer' }, via: 'credential' },
    });
  }
  const bad = [
    basic(`approver:${token}`),
    'Basic ###',
    basic('developer:'),
    `Bearer ${token.slice(0, -1)}_`,
    'Negotiate x',
  ];
  for (const header of bad) {
    const answer = await me(header);
    t.match(
      answer,
      { status: 401, challenge: /^Bearer realm=/, body: { error: 'credential-refused' } },
      header,
    );
    t.notMatch(JSON.stringify(answer.body), token.slice(12), 'the secret is not repeated');
  }
});

void t.test('a 20 KB Authorization header is 431, and the server lives on (case G4)', async (t) => {
  const gateway = await anAdminGateway(t);
  const { port } = new URL(gateway.address);
  const socket = connect(Number(port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`GET /api/me HTTP/1.1\r\nHost: x\r\nAuthorization: Basic ${'A'.repeat(20_480)}\r\n\r\n`);
  t.match(await text(socket), /^HTTP\/1.1 431 /);
  t.equal((await gateway.get('/healthz')).status, 200);
});

void t.test(
  'an ended or revoked credential is 401, and says which it was by its first characters (case G2)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const secret = await gateway.credential('developer', 'api', ['read']);
    gateway.skew(3_600_001);
    t.match(await gateway.get('/api/me', secret), {
      status: 401,
      body: { message: new RegExp(secret.slice(0, 12)) },
    });
  },
);

void t.test('guessing credentials is slowed down per address; cookies are not', async (t) => {
  const gateway = await anAdminGateway(t);
  const browser = gateway.browser();
  await browser.signIn('developer');
  for (let guess = 0; guess < 30; guess++) t.equal((await gateway.get('/api/me', 'guess')).status, 401);
  const answer = await gateway.get('/api/me', 'guess');
  t.match(answer, { status: 429, body: { error: 'too-many', message: /try again in \d+ s/ } });
  t.match(answer.headers.get('retry-after'), /^\d+$/);
  t.equal((await browser.get('/api/me')).status, 200);
});

void t.test('changes are limited per person, not per address', async (t) => {
  const gateway = await anAdminGateway(t);
  const [developer, approver] = [await gateway.token('developer'), await gateway.token('approver')];
  const revoke = (token: string) => gateway.post('/api/credentials/C-0000000000/revoke', {}, token);
  let last = await revoke(developer);
  for (let count = 0; count < 130 && last.status === 404; count++) last = await revoke(developer);
  t.match(last, { status: 429, body: { error: 'too-many' } });
  t.equal((await revoke(approver)).status, 404);
});

void t.test(
  'an ID token of the issuer is a caller; one for others, or made up, is 401 (case H4)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    t.match(await gateway.get('/api/me', await gateway.token('auditor')), {
      status: 200,
      body: { via: 'id-token', roles: ['auditor'] },
    });
    for (const claims of [{ aud: 'other' }, { iss: 'https://evil.test' }, { exp: 1 }]) {
      t.match(await gateway.get('/api/me', await gateway.token('auditor', claims)), {
        status: 401,
        body: { error: 'token-refused' },
      });
    }
    const [header, , signature] = (await gateway.token('auditor')).split('.');
    const payload = Buffer.from('{"sub":"admin"}').toString('base64url');
    t.equal((await gateway.get('/api/me', `${header}.${payload}.${signature}`)).status, 401);
  },
);

void t.test(
  'a provider outage makes an ID token 503, and leaves credentials alone (cases G1, H4)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const [token, secret] = [
      await gateway.token('auditor'),
      await gateway.credential('developer', 'api', ['read']),
    ];
    t.equal((await gateway.get('/api/me', secret)).status, 200);
    const other = await anAdminGateway(t);
    const otherToken = await other.token('auditor');
    other.provider.pause();
    t.match(await other.get('/api/me', otherToken), { status: 503, body: { error: 'provider-unreachable' } });
    gateway.provider.pause();
    t.equal((await gateway.get('/api/me', secret)).status, 200);
    t.equal((await gateway.get('/api/me', token)).status, 200, 'keys that were read are kept');
  },
);

void t.test('without the store a call is 503 with a sentence, never 401 (case G1)', async (t) => {
  const gateway = await anAdminGateway(t);
  const secret = await gateway.credential('developer', 'api', ['read']);
  const away = async (): Promise<never> => {
    throw new StoreError('STORE_UNREACHABLE', 'connect ECONNREFUSED 10.0.0.9:6379');
  };
  Object.assign(gateway.store, { credential: away, signIn: away, now: away });
  const answers = [
    await gateway.get('/api/me', secret),
    await fetch(`${gateway.address}/api/me`, { headers: { cookie: `__Host-sluice=${'x'.repeat(43)}` } }).then(
      async (response) => ({ status: response.status, body: await response.json() }),
    ),
  ];
  for (const answer of answers) {
    t.match(answer, { status: 503, body: { error: 'store-unreachable', message: /try again in a minute/ } });
    t.notMatch(JSON.stringify(answer.body), /ECONNREFUSED|6379/);
  }
});

void t.test('what breaks is 500 with our sentence, and nothing of the foreign error', async (t) => {
  const gateway = await anAdminGateway(t, {
    readAudit: async () => {
      throw new Error('secret detail at 10.0.0.9');
    },
  });
  const answer = await gateway.get('/api/audit', await gateway.token('auditor'));
  t.match(answer, { status: 500, body: { error: 'internal' } });
  t.notMatch(JSON.stringify(answer.body), /secret detail/);
});

void t.test('a secret is shown only once it is in the audit', async (t) => {
  const gateway = await anAdminGateway(t, {
    settle: async () => {
      throw Object.assign(new Error('disk full'), { code: 'AUDIT_UNWRITABLE' });
    },
  });
  const answer = await gateway.post('/api/credentials', aCredential, await gateway.token('developer'));
  t.match(answer, { status: 503, body: { error: 'audit-unavailable' } });
  t.notMatch(JSON.stringify(answer.body), /slu_/);
});

void t.test('a body that is broken, too long, of another type or shape is told so in JSON', async (t) => {
  const gateway = await anAdminGateway(t);
  const authorization = `Bearer ${await gateway.token('developer')}`;
  const send = async (body: string, type = 'application/json') => {
    const response = await fetch(`${gateway.address}/api/requests`, {
      method: 'POST',
      headers: { authorization, 'content-type': type },
      body,
    });
    return { status: response.status, body: await response.json() };
  };
  t.match(await send('{'), { status: 400, body: { error: 'bad-call' } });
  t.match(await send('{"__proto__":{"x":1}}'), { status: 400, body: { error: 'bad-call' } });
  t.match(await send('x'.repeat(70_000)), { status: 413, body: { error: 'too-long' } });
  t.match(await send('a=b', 'application/x-www-form-urlencoded'), {
    status: 415,
    body: { error: 'not-json' },
  });
  t.match(await send('{}', 'text/plain'), { status: 415, body: { error: 'not-json' } });
  const shape = await send('{"scopes":[{"repository":"hub/app","right":"clone","x":1}],"duration":60}');
  t.match(shape, { status: 400, body: { error: 'bad-call' } });
  const fields = (shape.body as { faults: { field: string }[] }).faults.map(({ field }) => field);
  for (const field of ['reason', 'duration', 'scopes.0.right', 'scopes.0.x'])
    t.ok(fields.includes(field), field);
  t.match(await gateway.get('/api/nothing'), { status: 404, body: { error: 'no-such-call' } });
});
