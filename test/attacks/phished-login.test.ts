import t, { type Test } from 'tap';
import type { Config } from '../../config/schema.ts';
import { lockOut } from '../../gateway/identity/endings.ts';
import { type AdminGateway, anAdminGateway } from '../admin/admin-gateway.ts';
import { anEd25519Key } from '../ssh/a-key.ts';
import { anotherCode } from '../ssh/sign-in-link.ts';
import { aLock, anEvent } from '../store/samples.ts';

const manyFailures = (config: Config): Config => ({
  ...config,
  limits: { ...config.limits, maxAuthFailuresPerMinute: 1_000 },
});

/** Somebody's command line, which has begun to sign in and holds the ticket. */
async function begun(gateway: AdminGateway) {
  const publicKey = anEd25519Key().line;
  const { status, body } = await gateway.post('/api/ssh/logins', { publicKey });
  if (status !== 201) throw new Error(JSON.stringify(body));
  const [, token = ''] = /^https:\/\/gw\.test\/login\/ssh\/([A-Za-z0-9_-]{22})$/.exec(body.link) ?? [];
  const ticket = String(body.ticket);
  return {
    token,
    ticket,
    publicKey,
    finish: (code: string, more: object = {}, at: AdminGateway = gateway) =>
      at.post('/api/ssh/logins/finish', { ticket, publicKey, code, ...more }),
  };
}

async function aPerson(gateway: AdminGateway, account: 'developer' | 'approver' = 'developer') {
  const browser = gateway.browser();
  const me = (await browser.signIn(account)) as { principal: { id: string } };
  return {
    ...browser,
    principalId: me.principal.id,
    async codeOf(token: string): Promise<string> {
      const { status, body } = await browser.change(`/api/key-links/${token}/code`, {});
      if (status !== 201) throw new Error(JSON.stringify(body));
      return String(body.code);
    },
  };
}

const refusals = ({ entries }: AdminGateway) =>
  entries.filter(({ type }) => type === 'sign-in.link-refused').map(({ body }) => body);

/** Nobody got anything. */
async function nothingIssued(t: Test, gateway: AdminGateway, principalId: string): Promise<void> {
  t.strictSame(await gateway.store.credentialsOf(principalId), []);
  t.notOk(gateway.entries.some(({ type }) => type === 'credential.issued'));
}

void t.test(
  'a victim who opens the phisher’s link, and even presses the button, gives nothing away',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const phisher = await begun(gateway);
    const victim = await aPerson(gateway);
    t.match((await victim.get(`/api/key-links/${phisher.token}`)).body, {
      state: 'open',
      address: '127.0.0.1',
    });
    t.match(await phisher.finish('123456'), {
      status: 403,
      body: { error: 'not-signed-in', message: /4 tries are left/ },
    });
    const code = await victim.codeOf(phisher.token);
    for (const left of ['3 tries are', '2 tries are', 'one try is'])
      t.match(await phisher.finish(anotherCode(code)), {
        status: 403,
        body: { error: 'wrong-code', message: `that is not the code, and ${left} left` },
      });
    t.match(await phisher.finish(anotherCode(code)), { status: 403, body: { error: 'no-tries-left' } });
    t.equal((await phisher.finish(code)).status, 404, 'and the code itself is none any more');
    t.equal((await victim.get(`/api/key-links/${phisher.token}`)).status, 404);
    await nothingIssued(t, gateway, victim.principalId);
    const { principalId } = victim;
    t.match(
      refusals(gateway),
      Array.from({ length: 4 }, () => ({ principalId, reason: 'wrong-code', terminal: '127.0.0.1' })),
    );
    t.ok(
      gateway.entries.some(({ body }) => body.reason === 'link-guess'),
      'the guess before is counted',
    );
  },
);

void t.test('guesses at once, on several nodes, are five in all', async (t) => {
  const one = await anAdminGateway(t, {}, '12h', { configure: manyFailures });
  const two = await anAdminGateway(t, { store: one.store }, '12h', { configure: manyFailures });
  const phisher = await begun(one);
  const victim = await aPerson(one);
  const code = await victim.codeOf(phisher.token);
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, at) => phisher.finish(anotherCode(code), {}, at % 2 === 0 ? one : two)),
  );
  t.equal(refusals(one).length + refusals(two).length, 5);
  t.equal(answers.filter(({ body }) => body.error === 'wrong-code').length, 4);
  t.ok(answers.every(({ status }) => status === 403 || status === 404));
  t.equal((await phisher.finish(code)).status, 404);
  await nothingIssued(t, one, victim.principalId);
});

void t.test(
  'who sees the link, or has another key, cannot answer for its terminal, and costs it no try',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const terminal = await begun(gateway);
    const person = await aPerson(gateway);
    const code = await person.codeOf(terminal.token);
    for (const more of [
      { ticket: terminal.token },
      { publicKey: anEd25519Key().line },
      { ticket: 'x' },
      { ticket: `${terminal.ticket}A` },
      { ticket: 'A'.repeat(22) },
    ])
      t.match(
        await terminal.finish(code, more),
        { status: 404, body: { error: 'link-ended' } },
        JSON.stringify(more),
      );
    t.match(await terminal.finish(anotherCode(code)), { body: { message: /4 tries are left/ } });
    t.equal((await terminal.finish(code)).status, 201);
  },
);

void t.test('a link is good once, for one person, whoever is quick', async (t) => {
  const gateway = await anAdminGateway(t);
  const terminal = await begun(gateway);
  const [person, other] = [await aPerson(gateway), await aPerson(gateway, 'approver')];
  const code = await person.codeOf(terminal.token);
  t.equal((await other.change(`/api/key-links/${terminal.token}/code`, {})).status, 409);
  t.equal(
    (await person.change(`/api/key-links/${terminal.token}/code`, {})).status,
    409,
    'its code is shown once',
  );
  const answers = await Promise.all([1, 2, 3, 4].map(() => terminal.finish(code)));
  t.strictSame(answers.map(({ status }) => status).sort(), [201, 409, 409, 409]);
  t.match(await terminal.finish(code), { status: 409, body: { error: 'link-used' } });
  t.equal((await gateway.store.credentialsOf(person.principalId)).length, 1);
  t.strictSame(await gateway.store.credentialsOf(other.principalId), []);
  t.match((await person.get(`/api/key-links/${terminal.token}`)).body, { state: 'bound' });
});

void t.test('who holds the ticket ends the link, and nobody else does', async (t) => {
  const gateway = await anAdminGateway(t);
  const person = await aPerson(gateway);
  const leave = (body: object) => gateway.post('/api/ssh/logins/leave', body);
  for (const isTaken of [false, true]) {
    const { token, ticket, publicKey, finish } = await begun(gateway);
    const code = isTaken ? await person.codeOf(token) : '123456';
    for (const [wrong, of] of [
      [token, publicKey],
      [ticket, anEd25519Key().line],
    ] as const)
      t.match(await leave({ ticket: wrong, publicKey: of }), { status: 404, body: { error: 'link-ended' } });
    t.match(await person.get(`/api/key-links/${token}`), { status: 200 }, 'it stands');
    t.equal((await leave({ ticket, publicKey })).status, 200);
    t.equal((await person.get(`/api/key-links/${token}`)).status, 404);
    t.match(await finish(code), { status: 404 }, 'and its code is none any more');
  }
  await nothingIssued(t, gateway, person.principalId);
});

void t.test('links that are left make room for others', async (t) => {
  const gateway = await anAdminGateway(t);
  for (let at = 0; at < 25; at += 1) {
    const { ticket, publicKey } = await begun(gateway);
    t.equal((await gateway.post('/api/ssh/logins/leave', { ticket, publicKey })).status, 200);
  }
});

void t.test('a link that was used cannot be left, and its certificate stays', async (t) => {
  const gateway = await anAdminGateway(t);
  const { token, ticket, publicKey, finish } = await begun(gateway);
  const person = await aPerson(gateway);
  t.equal((await finish(await person.codeOf(token))).status, 201);
  t.match(await gateway.post('/api/ssh/logins/leave', { ticket, publicKey }), {
    status: 409,
    body: { error: 'link-used' },
  });
  t.match(await person.get(`/api/key-links/${token}`), { body: { state: 'bound' } });
  t.equal((await gateway.store.credentialsOf(person.principalId)).length, 1);
});

void t.test('after ten minutes there is no link, whoever has taken it', async (t) => {
  const gateway = await anAdminGateway(t);
  const [open, taken] = [await begun(gateway), await begun(gateway)];
  const person = await aPerson(gateway);
  const code = await person.codeOf(taken.token);
  gateway.skew(600_000);
  t.equal((await person.get(`/api/key-links/${open.token}`)).status, 404);
  t.match(await taken.finish(code), { status: 404, body: { error: 'link-ended' } });
  await nothingIssued(t, gateway, person.principalId);
});

void t.test('who is locked, has left or is signed out by then gets nothing for the right code', async (t) => {
  const gateway = await anAdminGateway(t);
  const { store, entries } = gateway;
  const person = await aPerson(gateway);
  const { principalId } = person;
  const lock = aLock(await store.now(), { on: { kind: 'principal', principalId } });
  const [locked, out, left] = [await begun(gateway), await begun(gateway), await begun(gateway)];
  const codes = [
    await person.codeOf(locked.token),
    await person.codeOf(out.token),
    await person.codeOf(left.token),
  ];
  const [one = '', two = '', three = ''] = codes;
  await store.lock(lock, anEvent('lock.made'));
  t.match(await locked.finish(one), { status: 403, body: { error: 'locked' } });
  t.match(await locked.finish(one), { status: 409 }, 'and the link is used');
  await store.lift(lock.id, anEvent('lock.lifted'));
  t.equal((await person.change('/logout', {})).status, 200);
  t.match(await out.finish(two), { status: 401, body: { error: 'sign-in-needed' } });
  const deps = { store, settle: async () => {}, settleInForce: async () => true };
  await lockOut(
    { ...deps, newLockId: () => 'L-LEFT', endWithSignIn: () => [] },
    { id: principalId },
    { by: 'hook', reason: 'left' },
  );
  t.match(await left.finish(three), { status: 401, body: { error: 'sign-in-needed' } });
  t.match(refusals({ ...gateway, entries }), [
    { reason: 'locked' },
    { reason: 'signed-out' },
    { reason: 'signed-out' },
  ]);
  await nothingIssued(t, gateway, principalId);
});

void t.test('where the audit cannot be written nothing is handed out, and the link stands', async (t) => {
  let isFull = false;
  const gateway = await anAdminGateway(t, {
    settle: async (events) => {
      if (isFull) throw Object.assign(new Error('disk full'), { code: 'AUDIT_UNWRITABLE' });
      await gateway.store.acknowledge(events.map(({ seq }) => seq));
    },
  });
  const terminal = await begun(gateway);
  const code = await (await aPerson(gateway)).codeOf(terminal.token);
  isFull = true;
  const answer = await terminal.finish(code);
  t.match(answer, { status: 503 });
  t.notOk(JSON.stringify(answer.body).includes('ssh-ed25519-cert'));
  isFull = false;
  t.equal((await terminal.finish(code)).status, 201);
});

void t.test('strangers cannot fill the gateway with links, nor make it read much', async (t) => {
  const gateway = await anAdminGateway(t);
  const bad = await gateway.post('/api/ssh/logins', { publicKey: 'x'.repeat(20_480) });
  t.equal(bad.status, 413);
  t.match(await gateway.post('/api/ssh/logins', { publicKey: 'hello' }), {
    status: 400,
    body: { error: 'bad-key' },
  });
  for (let at = 0; at < 20; at += 1) await begun(gateway);
  const { line: publicKey } = anEd25519Key();
  t.match(await gateway.post('/api/ssh/logins', { publicKey }), { status: 429, body: { error: 'too-many' } });
  const finish = { ticket: 'A'.repeat(22), publicKey, code: '123456' };
  const statuses: number[] = [];
  while (statuses.at(-1) !== 429)
    statuses.push((await gateway.post('/api/ssh/logins/finish', finish)).status);
  t.ok(statuses.slice(0, -1).every((status) => status === 404));
  t.ok(
    statuses.length <= gateway.config.limits.maxAuthFailuresPerMinute + 1,
    `${statuses.length} guesses were heard`,
  );

  const without = await anAdminGateway(t, { sshAuthority: () => undefined });
  for (const [path, body] of [
    ['/api/ssh/logins', { publicKey }],
    ['/api/ssh/logins/finish', finish],
  ] as const)
    t.match(await without.post(path, body), { status: 404, body: { error: 'no-ssh-authority' } });
});
