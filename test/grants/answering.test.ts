import { randomBytes } from 'node:crypto';
import t from 'tap';
import { checkEntry } from '../../gateway/audit/entry.ts';
import { nothingRan } from '../../gateway/grants/aftermath.ts';
import { createElevations } from '../../gateway/grants/elevations.ts';
import { createIds } from '../../gateway/grants/ids.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import { workloadIssuer } from '../../gateway/grants/selected.ts';
import { newestGrants } from '../store/recorded.ts';
import { approving, asked, aTown, hour, minute, people } from './samples.ts';

void t.test('nobody answers their own request, under whatever role or e-mail', async (t) => {
  const town = aTown();
  const both = await town.person('both', ['developers', 'approvers', 'admins']);
  const namesake = await town.person('other', ['approvers'], { email: 'both@x.test' });
  const request = await asked(town, both, 'hub/app');

  t.match(await town.elevations.approve(approving(request, both, town)), { refused: 'own-request' });
  t.match(await town.elevations.deny({ requestId: request.id, by: both, comment: 'no' }), {
    refused: 'own-request',
  });
  t.match(
    await town.elevations.approve(approving(request, namesake, town)),
    { state: { kind: 'approved' } },
    'identity is issuer and subject, not the address',
  );
});

void t.test(
  '50 approvals at once leave one grant, one end and one entry; each caller is told the truth (case J4)',
  async (t) => {
    const town = aTown();
    const { dev, ana, bob } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        town.elevations.approve(approving(request, i % 2 === 0 ? ana : bob, town)),
      ),
    );

    t.equal((await newestGrants(town.store)).length, 1);
    t.equal(town.events.filter(({ type }) => type === 'grant.issued').length, 1);
    const refused = answers.filter(isRefusal);
    t.equal(refused.length, 25, 'the winner’s repeats are harmless, the other’s are told');
    for (const { text } of refused) t.match(text, /was approved by (ana|bob) at 12:00 UTC/);
  },
);

void t.test('approve, deny and withdraw in the same moment leave one final state', async (t) => {
  for (let round = 0; round < 30; round += 1) {
    const town = aTown();
    const { dev, ana, bob } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    const calls = [
      () => town.elevations.approve(approving(request, ana, town)),
      () => town.elevations.deny({ requestId: request.id, by: bob, comment: 'not now' }),
      () => town.elevations.withdraw({ requestId: request.id, by: dev }),
    ];
    for (let turn = 0; turn < round % 3; turn += 1) calls.push(calls.shift() as (typeof calls)[0]);
    const done = await Promise.all(calls.map((call) => call()));
    t.equal(done.filter((answer) => !isRefusal(answer)).length, 1);
    const state = (await town.store.request(request.id))?.state.kind;
    t.equal((await newestGrants(town.store)).length, state === 'approved' ? 1 : 0);
  }
});

void t.test('an approval whose answer was lost is repeated without harm', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app');
  const first = await town.elevations.approve(approving(request, ana, town));

  t.strictSame(await town.elevations.approve(approving(request, ana, town)), first);
  t.match(await town.elevations.deny({ requestId: request.id, by: ana, comment: 'oh' }), {
    refused: 'already-decided',
    text: /can be revoked/,
  });
});

void t.test(
  'a request nobody decided in time is lapsed, stays to be seen, and approving it is too late (case J3)',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    const request = await asked(town, dev, 'hub/two', 'fetch', 4 * hour);
    t.equal(request.decideBy, town.now + 10 * minute, 'time to decide is apart from the time of access');
    town.now = request.decideBy;

    t.match(await town.elevations.approve(approving(request, ana, town)), {
      refused: 'too-late',
      text: /can be asked again/,
    });
    t.match(await town.store.request(request.id), { state: { kind: 'lapsed' } });
    t.equal((await newestGrants(town.store)).length, 0);
  },
);

void t.test('every attempt that moved nothing is audited with who tried and why not (case J4)', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const stranger = await town.person('stranger', []);
  const request = await asked(town, dev, 'hub/app');
  await town.elevations.approve(approving(request, dev, town));
  await town.elevations.approve(approving(request, stranger, town));
  await town.elevations.approve(approving(request, ana, town));
  await town.elevations.approve(approving(request, ana, town));
  await town.elevations.deny({ requestId: request.id, by: bob, comment: 'no' });
  await town.elevations.approve(approving({ ...request, id: 'R-NOWHERE' }, ana, town));

  const attempt = (by: string, outcome: string, verdict = 'approve') => ({
    type: 'request.attempted',
    body: { requestId: request.id, by, verdict, outcome },
  });
  t.strictSame(town.drafts, [
    attempt(dev.id, 'own-request'),
    attempt(stranger.id, 'not-an-approver'),
    attempt(ana.id, 'repeated'),
    attempt(bob.id, 'already-decided', 'deny'),
  ]);
  for (const { type, body } of town.drafts) t.doesNotThrow(() => checkEntry({ ...body, type }));
});

void t.test('an approval repeated after somebody else denied is told of the denial', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const request = await asked(town, dev, 'hub/two');
  await town.elevations.approve(approving(request, ana, town));
  await town.elevations.deny({ requestId: request.id, by: bob, comment: 'not today' });

  t.match(await town.elevations.approve(approving(request, ana, town)), {
    refused: 'already-decided',
    text: /was denied by bob at 12:00 UTC/,
  });
  t.match(await town.elevations.deny({ requestId: request.id, by: bob, comment: 'again' }), {
    state: { kind: 'denied', comment: 'not today' },
  });
});

void t.test('who agreed may still say no while it waits, and that decides', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  const request = await asked(town, dev, 'hub/two');
  await town.elevations.approve(approving(request, ana, town));

  t.match(await town.elevations.deny({ requestId: request.id, by: ana, comment: 'I was wrong' }), {
    state: { kind: 'denied', by: ana.id },
  });
  t.match(await town.elevations.approve(approving(request, bob, town)), { refused: 'already-decided' });
});

void t.test('a workload asks, and never answers, whatever its groups', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const robot = await town.person('deploy', ['developers', 'approvers'], { issuer: workloadIssuer });
  const request = await asked(town, dev, 'hub/app');

  t.match(await asked(town, robot, 'hub/app'), { state: { kind: 'pending' } });
  t.match(await town.elevations.approve(approving(request, robot, town)), { refused: 'not-an-approver' });
  t.match(await town.elevations.deny({ requestId: request.id, by: robot, comment: 'no' }), {
    refused: 'not-an-approver',
  });
});

void t.test('50 approvals of a two-person rule at once make one grant with two approvers', async (t) => {
  const town = aTown();
  const { dev } = await people(town);
  const crowd = await Promise.all(
    Array.from({ length: 10 }, (_, at) => town.person(`approver-${at}`, ['approvers'])),
  );
  const request = await asked(town, dev, 'hub/two');
  await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      town.elevations.approve(approving(request, crowd[at % 10] ?? dev, town)),
    ),
  );

  const [held, ...more] = await newestGrants(town.store);
  t.strictSame(more, []);
  t.equal(new Set(held?.grant.approvers).size, 2);
  t.equal(town.events.filter(({ type }) => type === 'request.answered').length, 2);
});

void t.test('a verb that could not make its entry durable fails, and nothing is usable by it', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app');
  const broken = createElevations({
    store: town.store,
    policy: () => town.policy,
    newId: createIds(randomBytes),
    settle: () => Promise.reject(new Error('disk full')),
    settleInForce: async () => false,
    aftermath: async () => nothingRan,
    record: async () => undefined,
  });

  await t.rejects(broken.approve(approving(request, ana, town)), /disk full/);
  const [held] = await newestGrants(town.store);
  t.match(held, { state: { kind: 'unrecorded' } });
});
