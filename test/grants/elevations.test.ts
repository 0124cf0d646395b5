import t from 'tap';
import { isRefusal } from '../../gateway/grants/refusal.ts';
import type { ElevationRequest, Principal } from '../../gateway/store/records.ts';
import { aPolicy, aTown, hour, minute, type Town } from './samples.ts';

async function people(town: Town) {
  return {
    dev: await town.person('dev', ['developers']),
    ana: await town.person('ana', ['approvers', 'leads']),
    bob: await town.person('bob', ['approvers', 'security']),
    eve: await town.person('eve', ['leads', 'security']),
  };
}

async function asked(
  town: Town,
  by: Principal,
  repository: string,
  right: 'fetch' | 'push' = 'fetch',
  durationMs = hour,
): Promise<ElevationRequest> {
  const request = await town.elevations.ask({
    by,
    scopes: [{ repository, right }],
    durationMs,
    reason: 'because it is needed',
  });
  if (isRefusal(request)) throw new Error(request.text);
  return request;
}

const approving = (request: ElevationRequest, by: Principal, town: Town) => ({
  requestId: request.id,
  by,
  authenticatedAt: town.now,
});

void t.test('the duration starts at the approval, to the millisecond (case J2)', async (t) => {
  const town = aTown();
  const { dev, ana } = await people(town);
  const request = await asked(town, dev, 'hub/app', 'fetch', 60_000);
  town.now += 50_000;
  const approved = await town.elevations.approve(approving(request, ana, town));

  t.match(approved, { state: { kind: 'approved', at: town.now } });
  const [held] = await town.store.grants({ principalId: dev.id, limit: 1 });
  t.match(held, { grant: { issuedAt: town.now, endsAt: town.now + 60_000 }, state: { kind: 'live' } });
  t.strictSame(
    town.events.map(({ type }) => type),
    ['request.created', 'request.answered', 'request.approved', 'grant.issued'],
  );
});

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

  const [held] = await town.store.grants({ limit: 1 });
  t.match(held?.grant, { endsAt: town.now + 20 * minute, scope: { refs: ['refs/heads/fix/**'] } });
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

    t.equal((await town.store.grants({ limit: 500 })).length, 1);
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
    t.equal((await town.store.grants({ limit: 10 })).length, state === 'approved' ? 1 : 0);
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
    t.equal((await town.store.grants({ limit: 10 })).length, 0);
  },
);

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
  'what is beyond the rule is refused with the limit, and unknown names tell nothing',
  async (t) => {
    const town = aTown();
    const { dev } = await people(town);
    const stranger = await town.person('stranger', []);
    const ask = (
      by: Principal,
      scope: Parameters<Town['elevations']['ask']>[0]['scopes'][0],
      durationMs = hour,
    ) => town.elevations.ask({ by, scopes: [scope], durationMs, reason: 'because' });

    t.match(await ask(dev, { repository: 'hub/app', right: 'fetch' }, 5 * hour), {
      refused: 'bad-duration',
      text: /5 h is more than .* 4 h/,
    });
    t.match(await ask(dev, { repository: 'hub/app', right: 'fetch' }, 10), { refused: 'bad-duration' });
    t.match(await ask(dev, { repository: 'hub/app', right: 'push', refs: ['refs/**'] }), {
      refused: 'too-wide',
    });
    t.match(await ask(dev, { repository: 'hub/app', right: 'push', kinds: ['delete'] }), {
      refused: 'too-wide',
    });
    const nowhere = await ask(dev, { repository: 'nowhere/x', right: 'fetch' });
    t.strictSame(await ask(stranger, { repository: 'hub/app', right: 'fetch' }), nowhere);
  },
);

void t.test('an identical request that waits is returned, not doubled', async (t) => {
  const town = aTown();
  const { dev } = await people(town);

  t.equal((await asked(town, dev, 'hub/app')).id, (await asked(town, dev, 'hub/app')).id);
  t.not((await asked(town, dev, 'hub/app')).id, (await asked(town, dev, 'hub/app', 'push')).id);
});

void t.test(
  'rules that ask nobody grant at once; automatic ones issue one grant and none after a revocation',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    t.match(await asked(town, dev, 'hub/ask'), { state: { kind: 'approved' } });

    t.ok(await town.elevations.grantAutomatically(dev, 'hub/open', 'fetch'));
    t.notOk(await town.elevations.grantAutomatically(dev, 'hub/app', 'fetch'));
    const grant = (await town.store.grants({ principalId: dev.id, limit: 10 })).find(
      (held) => held.grant.scope.repository === 'hub/open',
    );
    const admin = await town.person('admin', ['admins']);
    await town.elevations.revoke({ grantId: grant?.grant.id ?? '', by: admin, reason: 'stop' });
    t.notOk(
      await town.elevations.grantAutomatically(dev, 'hub/open', 'fetch'),
      'a revocation is not undone by the next command',
    );
    t.notOk(
      isRefusal(
        await town.elevations.ask({
          by: ana,
          scopes: [{ repository: 'hub/open', right: 'fetch' }],
          durationMs: hour,
          reason: '',
        }),
      ),
    );
  },
);

void t.test(
  'an extension moves the end under the same rule, never beyond the whole life, never of an ended grant',
  async (t) => {
    const town = aTown();
    const { dev, ana } = await people(town);
    const request = await asked(town, dev, 'hub/app');
    await town.elevations.approve(approving(request, ana, town));
    const [held] = await town.store.grants({ limit: 1 });
    const grant = held?.grant ?? t.fail();
    if (typeof grant === 'boolean') return;
    const extend = (by: Principal, durationMs: number) =>
      town.elevations.extend({ grantId: grant.id, by, durationMs, reason: 'not done yet' });
    const issuedAt = town.now;
    t.match(await extend(ana, hour), { refused: 'not-yours' });

    for (const [durationMs, endsAt] of [
      [4 * hour, issuedAt + 5 * hour],
      [4 * hour, issuedAt + 8 * hour],
    ] as const) {
      const asking = (await extend(dev, durationMs)) as ElevationRequest;
      t.match(await town.elevations.approve(approving(asking, dev, town)), { refused: 'own-request' });
      t.match(await town.elevations.approve(approving(asking, ana, town)), {
        state: { kind: 'approved', grantIds: [grant.id] },
      });
      t.match(await town.store.grant(grant.id), { grant: { endsAt }, state: { kind: 'live' } });
    }
    t.match(await extend(dev, hour), { refused: 'bad-duration', text: /longest life/ });
    await town.elevations.revoke({ grantId: grant.id, by: dev, reason: 'done' });
    t.match(await extend(dev, hour), { refused: 'grant-ended' });
  },
);

void t.test('a grant is ended by its holder, its approvers and admins, with a reason, once', async (t) => {
  const town = aTown();
  const { dev, ana, bob, eve } = await people(town);
  const admin = await town.person('admin', ['admins']);
  for (const by of [dev, ana, bob, admin]) {
    const request = await asked(town, dev, 'hub/app');
    await town.elevations.approve(approving(request, ana, town));
    const [held] = await town.store.grants({ limit: 1 });
    const grantId = held?.grant.id ?? '';
    t.match(await town.elevations.revoke({ grantId, by: eve, reason: 'x' }), { refused: 'not-yours' });
    t.match(await town.elevations.revoke({ grantId, by, reason: '  ' }), { refused: 'bad-comment' });
    t.match(await town.elevations.revoke({ grantId, by, reason: 'laptop lost' }), {
      state: { kind: 'revoked', by: by.id, reason: 'laptop lost' },
    });
    t.match(await town.elevations.revoke({ grantId, by, reason: 'again' }), { refused: 'grant-ended' });
  }
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
