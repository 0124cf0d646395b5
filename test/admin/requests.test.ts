import t from 'tap';
import { type AdminGateway, anAdminGateway } from './admin-gateway.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const reason = 'look at the incident';

/** The developer asks for a fetch; `changed` stands over the usual. */
async function ask(gateway: AdminGateway, changed: object = {}) {
  const body = { scopes: [{ repository: 'hub/app', right: 'fetch' }], duration: '1h', reason, ...changed };
  return gateway.post('/api/requests', body, await gateway.token('developer'));
}

void t.test(
  'asking is answered 201 with the request, and an identical pending one is not doubled',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const first = await ask(gateway);
    t.match(first, {
      status: 201,
      body: {
        id: /^R-[0-9A-Z]+$/,
        state: 'pending',
        duration: '1h',
        durationMs: hour,
        principal: { name: 'Dana Developer' },
        waitsFor: [{ from: 'approvers', count: 1 }],
        waitsForText: 'an approver',
        may: { answer: false, withdraw: true },
        link: `https://gw.test/a/${first.body.id}`,
      },
    });
    t.equal((await ask(gateway)).body.id, first.body.id);
    t.not((await ask(gateway, { duration: '2h' })).body.id, first.body.id);
  },
);

void t.test(
  'the clock starts at approval, and page, store and audit agree on the end (case J2)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const { body } = await ask(gateway, { duration: '60s' });
    gateway.skew(50 * second);
    const approver = await gateway.token('approver');
    const seen = await gateway.get(`/api/requests/${body.id}`, approver);
    const approved = await gateway.post(`/api/requests/${body.id}/approve`, {}, approver);
    t.match(approved, { status: 200, body: { state: 'approved', decidedBy: { name: 'Ana Approver' } } });
    const { decidedAt, endsAt, grantIds } = approved.body;
    t.equal(endsAt - decidedAt, 60 * second);
    t.ok(
      Math.abs(seen.body.endsAtIfApprovedNow - endsAt) < 2 * second,
      'the approver saw the end beforehand',
    );
    const grants = await gateway.get('/api/grants', await gateway.token('developer'));
    t.match(grants.body.grants, [
      { id: grantIds[0], state: 'live', endsAt, cloneUrl: 'https://gw.test/hub/app.git' },
    ]);
    const issued = gateway.entries.find(({ type }) => type === 'grant.issued');
    t.equal(issued?.body.endsAt, endsAt);
  },
);

void t.test(
  'a second is a duration; a slip of the unit or more than the rule allows is refused with the bound (case J2)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    t.equal((await ask(gateway, { duration: '1s' })).status, 201);
    for (const duration of ['0s', '1ms', '5h', '1', 'soon', '1h30m', '-1h', '99999999d']) {
      t.match(await ask(gateway, { duration }), { status: 400, body: { error: /^bad-/ } }, duration);
    }
    t.match((await ask(gateway, { duration: '5h' })).body.message, /more than hub\/\*\* allows .* 4 h/);
  },
);

void t.test(
  'a short request may wait long for its answer; undecided it stays visible, and approving is too late (case J3)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const { body } = await ask(gateway, { duration: '10m' });
    const people = ['developer', 'approver', 'auditor', 'admin'] as const;
    const credentials = await Promise.all(
      people.map((person) => gateway.credential(person, 'api', ['read', 'approve'])),
    );
    gateway.skew(15 * minute);
    for (const [at, person] of people.entries())
      t.match(
        (await gateway.get(`/api/requests/${body.id}`, credentials[at])).body,
        { state: 'pending' },
        person,
      );
    gateway.skew(24 * hour + second);
    for (const person of people) {
      const token = await gateway.token(person, { iat: later(24 * hour), exp: later(25 * hour) });
      t.match((await gateway.get(`/api/requests/${body.id}`, token)).body, {
        state: 'lapsed',
        decidedAt: body.decideBy,
      });
    }
    t.equal(
      (await gateway.get('/api/me', credentials[0])).status,
      401,
      'credentials of an hour are long over',
    );
    const approver = await gateway.token('approver', { iat: later(24 * hour), exp: later(25 * hour) });
    t.match(await gateway.post(`/api/requests/${body.id}/approve`, {}, approver), {
      status: 409,
      body: { error: 'too-late', state: 'lapsed' },
    });
    t.match((await gateway.get('/api/grants', approver)).body, { grants: [] });
  },
);

const later = (ms: number): number => Math.floor((Date.now() + ms) / 1_000);

void t.test(
  'fifty approvals at once give one grant; who comes late is told who decided (case J4)',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const { body } = await ask(gateway);
    const second = { sub: 'second', name: 'Bo Approver', email: 'bo@demo.example' };
    const tokens = [await gateway.token('approver'), await gateway.token('approver', second)];
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, at) =>
        gateway.post(`/api/requests/${body.id}/approve`, {}, tokens[at % 2]),
      ),
    );
    const { body: final } = await gateway.get(`/api/requests/${body.id}`, tokens[0]);
    t.equal(final.grantIds.length, 1);
    t.equal((await gateway.get('/api/grants', tokens[0])).body.grants.length, 1);
    t.ok(answers.some(({ status }) => status === 200));
    for (const answer of answers) {
      if (answer.status === 200)
        t.match(answer.body, { state: 'approved', grantIds: final.grantIds, endsAt: final.endsAt });
      else t.match(answer, { status: 409, body: { error: 'already-decided', decidedBy: final.decidedBy } });
    }
  },
);

void t.test('approve, deny and withdraw at the same moment leave one final state (case J4)', async (t) => {
  const gateway = await anAdminGateway(t);
  const [developer, approver] = [await gateway.token('developer'), await gateway.token('approver')];
  for (let round = 0; round < 5; round++) {
    const { body } = await ask(gateway, { duration: `${round + 1}m` });
    await Promise.all([
      gateway.post(`/api/requests/${body.id}/approve`, {}, approver),
      gateway.post(`/api/requests/${body.id}/deny`, { comment: 'no' }, approver),
      gateway.post(`/api/requests/${body.id}/withdraw`, {}, developer),
    ]);
    const { body: final } = await gateway.get(`/api/requests/${body.id}`, approver);
    t.match(final.state, /^(approved|denied|withdrawn)$/);
    t.equal(final.grantIds.length, final.state === 'approved' ? 1 : 0);
  }
});

void t.test('an approver may narrow duration and refs, and never widen', async (t) => {
  const gateway = await anAdminGateway(t);
  const approver = await gateway.token('approver');
  const push = { scopes: [{ repository: 'hub/app', right: 'push', refs: ['refs/heads/fix/**'] }] };
  const { body } = await ask(gateway, push);
  t.equal((await gateway.post(`/api/requests/${body.id}/approve`, { duration: '2h' }, approver)).status, 400);
  const wider = { refs: ['refs/heads/**'] };
  t.match(await gateway.post(`/api/requests/${body.id}/approve`, wider, approver), {
    status: 400,
    body: { error: 'too-wide' },
  });
  const narrower = { duration: '30m', refs: ['refs/heads/fix/login'], comment: 'only this' };
  const approved = await gateway.post(`/api/requests/${body.id}/approve`, narrower, approver);
  t.match(approved.body, { state: 'approved', comment: 'only this' });
  const { body: listed } = await gateway.get('/api/grants', approver);
  t.match(listed.grants, [{ scope: { right: 'push', refs: ['refs/heads/fix/login'] } }]);
  t.equal(listed.grants[0].endsAt - listed.grants[0].issuedAt, 30 * minute);
});

void t.test('approving for a critical rule needs a sign-in younger than 5 minutes', async (t) => {
  const gateway = await anAdminGateway(t);
  const critical = {
    scopes: [{ repository: 'hub/critical', right: 'fetch' }],
    reason: 'the incident of this morning',
  };
  const { body } = await ask(gateway, critical);
  t.equal(body.critical, true);
  const path = `/api/requests/${body.id}/approve`;
  const secret = await gateway.credential('approver', 'api', ['approve', 'read']);
  t.match(await gateway.post(path, {}, secret), { status: 403, body: { error: 'sign-in-needed' } });

  const browser = gateway.browser();
  await browser.signIn('approver');
  gateway.skew(5 * minute + second);
  const refused = await browser.change(path, {});
  t.match(refused, {
    status: 403,
    body: { error: 'sign-in-needed', signIn: `/login?fresh=1&returnTo=%2Fa%2F${body.id}` },
  });
  gateway.skew(0);
  t.equal((await browser.open(refused.body.signIn, 'approver')).path, `/a/${body.id}`);
  const me = await browser.get('/api/me');
  t.equal((await browser.change(path, {}, { 'x-csrf-token': me.body.csrf })).status, 200);
});

void t.test('critical requests are listed first', async (t) => {
  const gateway = await anAdminGateway(t);
  await ask(gateway, {
    scopes: [{ repository: 'hub/critical', right: 'fetch' }],
    reason: 'the incident of this morning',
  });
  await ask(gateway);
  const { body } = await gateway.get('/api/requests?state=pending', await gateway.token('approver'));
  t.match(
    body.requests.map(({ critical }: { critical: boolean }) => critical),
    [true, false],
  );
});

void t.test('can says what decide would say, with the lines git shows (case J7)', async (t) => {
  const gateway = await anAdminGateway(t);
  const developer = await gateway.token('developer');
  const can = (query: string) => gateway.get(`/api/can?${query}`, developer);
  t.match((await can('repository=hub/app&right=push')).body, {
    allowed: false,
    reason: 'no-grant',
    message:
      /^sluice: no live grant to push to hub\/app\nask: https:\/\/gw\.test\/ask\/hub\/app\?right=push\nor: ssh -p 2222 gw\.test request hub\/app push --for 1h --reason "…"$/,
    ask: 'https://gw.test/ask/hub/app?right=push',
  });
  for (const name of ['hub/../etc', 'other/app', 'HUB']) {
    const { body } = await can(`repository=${encodeURIComponent(name)}&right=fetch`);
    t.match(body, {
      allowed: false,
      reason: 'not-in-policy',
      message: 'sluice: no repository here by that name that you may ask for',
    });
  }
  t.match((await can('repository=hub/open&right=fetch')).body, { allowed: true, reason: 'automatic' });

  const push = { scopes: [{ repository: 'hub/app', right: 'push', refs: ['refs/heads/fix/**'] }] };
  const { body } = await ask(gateway, push);
  const approved = await gateway.post(
    `/api/requests/${body.id}/approve`,
    {},
    await gateway.token('approver'),
  );
  const [grantId] = approved.body.grantIds;
  t.match((await can('repository=hub/app&right=push&ref=refs/heads/fix/a')).body, {
    allowed: true,
    grantId,
    endsAt: approved.body.endsAt,
    message: /covers it until \d\d:\d\d UTC/,
  });
  t.match((await can('repository=hub/app&right=push&ref=refs/heads/main')).body, {
    allowed: false,
    reason: 'outside-scope',
    message: new RegExp(`refs/heads/main is outside ${grantId}`),
  });
  await gateway.post(
    `/api/grants/${grantId}/revoke`,
    { reason: 'laptop lost' },
    await gateway.token('approver'),
  );
  t.match((await can('repository=hub/app&right=push')).body, {
    reason: 'grant-ended',
    message: /was revoked by Ana Approver at \d\d:\d\d UTC: "laptop lost"/,
  });
});

void t.test('can holds a ref to the bounds of what is granted by itself', async (t) => {
  const gateway = await anAdminGateway(t, {}, '12h', {
    configure: (config) => ({
      ...config,
      repositories: config.repositories.map((rule) =>
        rule.match === 'hub/open' && rule.fetch !== undefined
          ? { ...rule, push: { ...rule.fetch, refs: ['refs/heads/fix/**'], kinds: ['update'] } }
          : rule,
      ),
    }),
  });
  const developer = await gateway.token('developer');
  const can = (query: string) => gateway.get(`/api/can?repository=hub/open&right=push${query}`, developer);
  t.match((await can('')).body, { allowed: true, reason: 'automatic' });
  t.match((await can('&ref=refs/heads/fix/a')).body, { allowed: true, reason: 'automatic' });
  t.match((await can('&ref=refs/heads/main')).body, {
    allowed: false,
    reason: 'outside-scope',
    message:
      /^sluice: refs\/heads\/main is outside the grant of your first push, which covers refs\/heads\/fix\/\*\*\n/,
  });
});

void t.test('revoking answers what was running, and a second revocation that it is over', async (t) => {
  const gateway = await anAdminGateway(t);
  const approver = await gateway.token('approver');
  const { body } = await ask(gateway);
  const { body: approved } = await gateway.post(`/api/requests/${body.id}/approve`, {}, approver);
  const path = `/api/grants/${approved.grantIds[0]}/revoke`;
  t.match(await gateway.post(path, { reason: 'done' }, approver), {
    status: 200,
    body: {
      running: { summary: 'nothing was running', cut: [], passedBefore: [], ended: [], unconfirmed: [] },
      grant: { state: 'revoked', revokedBy: { name: 'Ana Approver' }, revokeReason: 'done' },
    },
  });
  t.match(await gateway.post(path, { reason: 'again' }, approver), {
    status: 409,
    body: { error: 'grant-ended' },
  });
});

void t.test('an extension is a request on the grant, and moves its end when approved', async (t) => {
  const gateway = await anAdminGateway(t);
  const [developer, approver] = [await gateway.token('developer'), await gateway.token('approver')];
  const { body } = await ask(gateway);
  const { body: approved } = await gateway.post(`/api/requests/${body.id}/approve`, {}, approver);
  const [grantId] = approved.grantIds;
  const asked = await gateway.post(`/api/grants/${grantId}/extend`, { duration: '1h', reason }, developer);
  t.match(asked, { status: 201, body: { state: 'pending', extends: grantId } });
  t.equal(asked.body.endsAtIfApprovedNow, approved.endsAt + hour, 'both sides see the end beforehand');
  t.equal((await gateway.post(`/api/requests/${asked.body.id}/approve`, {}, approver)).status, 200);
  const { body: listed } = await gateway.get('/api/grants', developer);
  t.equal(listed.grants.length, 1);
  t.equal(listed.grants[0].endsAt, asked.body.endsAtIfApprovedNow);
  const further = await gateway.post(`/api/grants/${grantId}/extend`, { duration: '4h', reason }, developer);
  t.ok(further.body.endsAtIfApprovedNow <= listed.grants[0].latestEndsAt, 'never beyond the longest life');
});

void t.test(
  'who asks is told by name who was seen of those that can answer, and nobody else is',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const nobody = { from: 'approvers', count: 1, seen: { names: [], more: false } };
    const { body } = await ask(gateway);
    t.strictSame(body.waitsFor, [nobody]);

    const approver = await gateway.token('approver');
    t.strictSame((await gateway.get(`/api/requests/${body.id}`, approver)).body.waitsFor, [
      { from: 'approvers', count: 1 },
    ]);
    const developer = await gateway.token('developer');
    const ana = { ...nobody, seen: { names: ['Ana Approver'], more: false } };
    t.strictSame((await gateway.get(`/api/requests/${body.id}`, developer)).body.waitsFor, [ana]);
    t.strictSame((await gateway.get('/api/requests?mine=true', developer)).body.requests[0].waitsFor, [ana]);
    t.notMatch(
      JSON.stringify((await gateway.get('/api/requests', await gateway.token('auditor'))).body),
      /"seen"|Ana Approver/,
    );
  },
);

void t.test(
  'nobody is named as who can answer their own request, and no address in place of a name',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const both = await gateway.token('developer', { groups: ['developers', 'approvers'] });
    const asked = { scopes: [{ repository: 'hub/app', right: 'fetch' }], duration: '1h', reason };
    const { body } = await gateway.post('/api/requests', asked, both);
    t.match(body.waitsFor, [{ seen: { names: [], more: false } }]);

    const profile = { issuer: 'https://x', subject: 'x', email: 'x@x.test', emailVerified: true };
    await gateway.store.enrol({ ...profile, name: undefined, groups: ['approvers'] }, 'P-NAMELESS');
    const again = await gateway.get(`/api/requests/${body.id}`, both);
    t.strictSame(again.body.waitsFor, [{ from: 'approvers', count: 1, seen: { names: [], more: true } }]);

    for (let at = 0; at < 11; at += 1)
      await gateway.store.enrol(
        { ...profile, subject: `${at}`, name: `A ${at}`, groups: ['approvers'] },
        `P-${at}`,
      );
    const { seen } = (await gateway.get(`/api/requests/${body.id}`, both)).body.waitsFor[0];
    t.match(seen, { more: true });
    t.equal(seen.names.length, 10);
  },
);
