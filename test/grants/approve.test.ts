import t from 'tap';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { ElevationRequest } from '../../gateway/store/records.ts';
import { newestGrants } from '../store/recorded.ts';
import { aPolicy, approving, asked, aTown, hour, minute, people } from './samples.ts';

void t.test('the duration starts at the approval, to the millisecond (case J2)', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app', 'fetch', 60_000);
  town.now += 50_000;
  const approved = await town.elevations.approve(approving(request, ana, town));

  t.match(approved, { state: { kind: 'approved', at: town.now } });
  const [held] = await newestGrants(town.store, dev.id);
  t.match(held, { grant: { issuedAt: town.now, endsAt: town.now + 60_000 }, state: { kind: 'live' } });
  t.strictSame(
    town.events.map(({ type }) => type),
    ['request.created', 'request.answered', 'request.approved', 'grant.issued'],
  );
});

void t.test('only those whom the rule names answer', async (t) => {
  const town = aTown();
  const { dev, ana, eve } = await people(town);
  const admin = await town.person('admin', ['admins', 'auditors']);
  const request = await asked(town, dev, 'hub/app');

  t.match(await town.elevations.approve(approving(request, admin, town)), { refused: 'not-an-approver' });
  t.match(await town.elevations.approve(approving(request, eve, town)), { refused: 'not-an-approver' });
  t.match(await town.elevations.approve(approving(request, ana, town)), { state: { kind: 'approved' } });
});

void t.test('two-person rules count people, not clicks, and one person for one need (case J4)', async (t) => {
  const town = aTown();
  const { dev, ana, bob, eve } = await people(town);
  const two = await asked(town, dev, 'hub/two');
  await town.elevations.approve(approving(two, ana, town));
  t.match(await town.elevations.approve(approving(two, ana, town)), { state: { kind: 'pending' } });
  t.match(await town.elevations.approve(approving(two, bob, town)), { state: { kind: 'approved' } });

  const pay = await asked(town, dev, 'hub/pay', 'push');
  t.match(
    await town.elevations.approve(approving(pay, eve, town)),
    { state: { kind: 'pending' } },
    'one in both groups fills one place',
  );
  t.match(
    await town.elevations.approve(approving(pay, ana, town)),
    { state: { kind: 'approved' } },
    'and makes room for one in one group',
  );
});

void t.test('of several approvers the narrowest holds; nobody can widen', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const pay = await asked(town, dev, 'hub/pay', 'push');
  t.match(await town.elevations.approve({ ...approving(pay, ana, town), durationMs: 2 * hour }), {
    refused: 'too-wide',
  });
  t.match(await town.elevations.approve({ ...approving(pay, ana, town), refs: ['refs/tags/*'] }), {
    refused: 'too-wide',
  });
  await town.elevations.approve({
    ...approving(pay, ana, town),
    durationMs: 20 * minute,
    refs: ['refs/heads/fix/**'],
  });
  await town.elevations.approve({
    ...approving(pay, bob, town),
    durationMs: 40 * minute,
    refs: ['refs/heads/**'],
  });

  const [held] = await newestGrants(town.store);
  t.match(held?.grant, { endsAt: town.now + 20 * minute, scope: { refs: ['refs/heads/fix/**'] } });
});

void t.test('a critical rule wants a long reason and a fresh sign-in of its approver', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const ask = (reason: string) =>
    town.elevations.ask({
      by: dev,
      scopes: [{ repository: 'hub/critical', right: 'fetch' }],
      durationMs: hour,
      reason,
    });
  t.match(await ask('too short'), { refused: 'bad-reason', text: /at least 20/ });
  const request = (await ask('payments are down, CHG-4711')) as ElevationRequest;

  for (const authenticatedAt of [undefined, town.now - 300_001])
    t.match(await town.elevations.approve({ requestId: request.id, by: ana, authenticatedAt }), {
      refused: 'sign-in-needed',
    });
  t.match(
    await town.elevations.approve({ requestId: request.id, by: ana, authenticatedAt: town.now - 300_000 }),
    { state: { kind: 'approved' } },
  );
});

void t.test('groups that grew old neither ask nor approve', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app');
  town.now += 12 * hour + 1;

  t.match(await town.elevations.approve(approving(request, ana, town)), {
    refused: 'groups-stale',
    text: /sign in again/,
  });
  t.match(
    await town.elevations.ask({
      by: dev,
      scopes: [{ repository: 'hub/app', right: 'fetch' }],
      durationMs: hour,
      reason: 'x',
    }),
    { refused: 'groups-stale' },
  );
});

void t.test(
  'a policy that no longer names the requester refuses the approval of what they asked before (case J6)',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    town.policy = aPolicy(
      `\n  - { match: hub/other, requesters: [developers], fetch: { approval: 1, maxDuration: 1h } }\n`,
    );

    t.match(await town.elevations.approve(approving(request, ana, town)), { refused: 'not-in-policy' });
  },
);

void t.test(
  'a requester who left the group since they asked is not granted any more (case J6)',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    await town.person('dev', ['former']);

    t.match(await town.elevations.approve(approving(request, ana, town)), { refused: 'not-in-policy' });
  },
);

void t.test('an answer that would leave nothing is refused at once, naming the push', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const pay = await asked(town, dev, 'hub/pay', 'push');
  await town.elevations.approve({ ...approving(pay, ana, town), refs: ['refs/heads/a'] });

  t.match(await town.elevations.approve({ ...approving(pay, bob, town), refs: ['refs/heads/b'] }), {
    refused: 'too-wide',
    text: /of the push to hub\/pay nothing is left/,
  });
  t.match(await town.elevations.approve(approving(pay, bob, town)), { state: { kind: 'approved' } });
});

void t.test('a request for several scopes waits for every rule, and makes one grant a scope', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const request = await town.elevations.ask({
    by: dev,
    scopes: [
      { repository: 'hub/pay', right: 'push' },
      { repository: 'hub/app', right: 'fetch' },
    ],
    durationMs: hour,
    reason: 'both are needed',
  });
  if (isRefusal(request)) return t.fail(request.text);

  t.match(await town.elevations.approve(approving(request, ana, town)), { state: { kind: 'pending' } });
  t.strictSame(await newestGrants(town.store), [], 'nothing is granted in part');
  t.match(await town.elevations.approve(approving(request, bob, town)), { state: { kind: 'approved' } });
  const grants = await newestGrants(town.store);
  t.strictSame(grants.map(({ grant }) => grant.scope.repository).sort(), ['hub/app', 'hub/pay']);
});

void t.test('who adds nothing is told for whom it waits', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const leo = await town.person('leo', ['leads']);
  const pay = await asked(town, dev, 'hub/pay', 'push');
  await town.elevations.approve(approving(pay, ana, town));

  t.match(await town.elevations.approve(approving(pay, leo, town)), {
    refused: 'not-needed',
    text: /waits for security, not for you/,
  });
});

void t.test('a rule tightened while a request waits holds for its approval', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app', 'push', 2 * hour);
  town.policy = aPolicy(
    '\n  - { match: hub/app, requesters: [developers], critical: true, push: { approval: 1, maxDuration: 30m, refs: [refs/heads/fix/*], kinds: [create] } }\n',
  );

  t.match(await town.elevations.approve({ ...approving(request, ana, town), authenticatedAt: undefined }), {
    refused: 'sign-in-needed',
  });
  await town.elevations.approve(approving(request, ana, town));
  const [held] = await newestGrants(town.store);
  t.match(held?.grant, {
    endsAt: town.now + 30 * minute,
    critical: true,
    scope: { refs: ['refs/heads/fix/*'], kinds: ['create'] },
  });
  t.match(
    town.events.find(({ type }) => type === 'request.approved'),
    { body: { durationMs: 30 * minute } },
    'what was granted is in the audit beside what was asked (case J2)',
  );
});

void t.test('a rule loosened while a request waits does not strand it', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const request = await asked(town, dev, 'hub/two');
  await town.elevations.approve(approving(request, ana, town));
  town.policy = aPolicy(
    '\n  - { match: hub/two, requesters: [developers], fetch: { approval: 1, maxDuration: 1h } }\n',
  );

  t.match(await town.elevations.approve(approving(request, bob, town)), { state: { kind: 'approved' } });
});

void t.test('an approver narrows with whole names and patterns within what was asked', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const push = await asked(town, dev, 'hub/app', 'push');
  const fetch = await asked(town, dev, 'hub/app');

  for (const [refs, refused] of [
    [['main'], 'bad-scopes'],
    [[], 'bad-scopes'],
    [['refs/heads/{a,b}'], 'bad-scopes'],
    [['refs/**'], 'too-wide'],
    [['refs/heads/fix/*', 'refs/tags/v1'], 'too-wide'],
  ] as const)
    t.match(await town.elevations.approve({ ...approving(push, ana, town), refs }), { refused }, `${refs}`);
  t.match(await town.elevations.approve({ ...approving(fetch, ana, town), refs: ['refs/heads/a'] }), {
    refused: 'bad-scopes',
    text: /asks for none/,
  });
  for (const durationMs of [0, -1, 999, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    t.match(await town.elevations.approve({ ...approving(push, ana, town), durationMs }), {
      refused: 'bad-duration',
    });
});
