import t from 'tap';
import { checkEntry } from '../../gateway/audit/entry.ts';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import { approving, aTown, hour, people, type Town } from './samples.ts';

const door = 'ssh' as const;

async function askedForCritical(town: Town) {
  const { dev, ana } = await people(town);
  const request = await town.elevations.ask({
    by: dev,
    scopes: [{ repository: 'hub/critical', right: 'fetch' }],
    durationMs: hour,
    reason: 'the payment run of tonight is stuck',
    door,
  });
  if (isRefusal(request)) throw new Error(request.text);
  return { request, ana };
}

void t.test('what is said at the SSH door is on record as said there, and nothing else is', async (t) => {
  const town = aTown();
  const { dev, ana, bob } = await people(town);
  for (const said of [{ door }, {}]) {
    const ask = (durationMs: number) =>
      town.elevations.ask({
        by: dev,
        scopes: [{ repository: 'hub/app', right: 'fetch' }],
        durationMs,
        reason: 'a fix',
        ...said,
      });
    const [first, second] = [await ask(hour), await ask(2 * hour)];
    if (isRefusal(first) || isRefusal(second)) throw new Error('not asked');
    const approved = await town.elevations.approve({ ...approving(first, ana, town), ...said });
    await town.elevations.deny({ requestId: first.id, by: bob, comment: 'too late', ...said });
    await town.elevations.deny({ requestId: second.id, by: bob, comment: 'no', ...said });
    if (isRefusal(approved) || approved.state.kind !== 'approved') throw new Error('not approved');
    const [grantId = ''] = approved.state.grantIds;
    await town.elevations.extend({ grantId, by: dev, durationMs: hour, reason: 'a fix', ...said });
    await town.elevations.revoke({ grantId, by: ana, reason: 'done', ...said });

    const written = [...town.events.splice(0), ...town.drafts.splice(0)];
    for (const { type, body } of written) checkEntry({ ...body, type });
    const saying = written.filter(({ body }) => body.door !== undefined);
    t.strictSame(
      saying.map(({ type }) => type).sort(),
      'door' in said
        ? [
            'grant.revoked',
            'request.answered',
            'request.answered',
            'request.attempted',
            'request.created',
            'request.created',
            'request.created',
            'request.denied',
          ]
        : [],
    );
  }
});

void t.test('a critical request is answered on the page only, and the attempt is on record', async (t) => {
  const town = aTown();
  const { request, ana } = await askedForCritical(town);
  for (const answer of [
    await town.elevations.approve({ ...approving(request, ana, town), door }),
    await town.elevations.deny({ requestId: request.id, by: ana, comment: 'no', door }),
  ])
    t.match(answer, { refused: 'page-only', text: /answered on the page only/ });
  t.match(town.drafts, [
    { type: 'request.attempted', body: { verdict: 'approve', outcome: 'page-only', door } },
    { type: 'request.attempted', body: { verdict: 'deny', outcome: 'page-only', door } },
  ]);
  t.match(await town.store.request(request.id), { state: { kind: 'pending' } });
  t.match(await town.elevations.approve(approving(request, ana, town)), { state: { kind: 'approved' } });
});

void t.test('a request stays critical when its rule is not any more', async (t) => {
  const town = aTown();
  const { request, ana } = await askedForCritical(town);
  const { policy } = town;
  town.policy = {
    ...policy,
    ruleFor: (repository) => {
      const rule = policy.ruleFor(repository);
      return rule && { ...rule, critical: false };
    },
  };
  t.match(await town.elevations.deny({ requestId: request.id, by: ana, comment: 'no', door }), {
    refused: 'page-only',
  });
});

void t.test('where the configuration lets them, critical requests still want a fresh sign-in', async (t) => {
  const town = aTown({ allowCriticalAnswersAtSsh: () => true });
  const { request, ana } = await askedForCritical(town);
  const approval = { ...approving(request, ana, town), door };
  t.match(await town.elevations.approve({ ...approval, authenticatedAt: undefined }), {
    refused: 'sign-in-needed',
  });
  t.match(await town.elevations.approve(approval), { state: { kind: 'approved' } });
});
