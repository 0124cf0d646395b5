import t from 'tap';
import { decide, decidePush } from '../../gateway/grants/decide.ts';
import type { Grant, Lock, Standing, StandingGrant } from '../../gateway/store/records.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const ask = { principalId: 'P-1', repository: 'hub/app', right: 'fetch' } as const;
const push = { ...ask, right: 'push' } as const;

function aGrant(
  change: Partial<Grant> = {},
  state: StandingGrant['state'] = { kind: 'live' },
): StandingGrant {
  const grant: Grant = {
    id: 'G-1',
    requestId: 'R-1',
    principalId: 'P-1',
    scope: { repository: 'hub/app', right: 'push', refs: ['refs/heads/**'], kinds: ['create', 'update'] },
    issuedAt: noon - 1_000,
    endsAt: noon + 1_000,
    latestEndsAt: noon + 9_000,
    version: 1,
    rule: 'hub/**',
    critical: false,
    approvers: ['P-2'],
    ...change,
  };
  return { grant, state, seq: 1 };
}

function aStanding(grants: readonly StandingGrant[], locks: readonly Lock[] = []): Standing {
  return { grants, locks, seq: 5, now: noon };
}

function aLock(on: Lock['on'], change: Partial<Lock> = {}): Lock {
  return { id: 'L-1', on, except: [], reason: 'freeze', by: 'P-9', createdAt: noon - 1, ...change };
}

void t.test('a grant is dead in the very millisecond it ends', async (t) => {
  const standing = aStanding([aGrant({ endsAt: noon })]);

  t.match(decide(ask, standing, noon - 1), { allowed: true, grantIds: ['G-1'], endsAt: noon });
  t.match(decide(ask, standing, noon), {
    allowed: false,
    reason: 'grant-ended',
    grantId: 'G-1',
    end: { kind: 'expired', at: noon },
  });
});

void t.test('a push includes a fetch, and a fetch no push', async (t) => {
  const fetchOnly = aGrant({ scope: { repository: 'hub/app', right: 'fetch', refs: [], kinds: [] } });

  t.ok(decide(ask, aStanding([aGrant()]), noon).allowed);
  t.match(decide(push, aStanding([fetchOnly]), noon), { allowed: false, reason: 'no-grant' });
});

void t.test('grants of others, on other repositories, not recorded or revoked give nothing', async (t) => {
  t.match(decide(ask, aStanding([aGrant({ principalId: 'P-2' })]), noon), { reason: 'no-grant' });
  const elsewhere = aGrant({ scope: { repository: 'hub/other', right: 'fetch', refs: [], kinds: [] } });
  t.match(decide(ask, aStanding([elsewhere]), noon), { reason: 'no-grant' });
  t.match(decide(ask, aStanding([aGrant({}, { kind: 'unrecorded' })]), noon), { reason: 'grant-unrecorded' });
  const revoked = aGrant({}, { kind: 'revoked', at: noon - 5, by: 'P-2', reason: 'lost' });
  t.match(decide(ask, aStanding([revoked]), noon), {
    reason: 'grant-ended',
    end: { kind: 'revoked', at: noon - 5, by: 'P-2', reason: 'lost' },
  });
});

void t.test('of several covering grants the last to end carries the operation', async (t) => {
  const standing = aStanding([
    aGrant({ id: 'G-1', endsAt: noon + 10 }),
    aGrant({ id: 'G-2', endsAt: noon + 99 }),
  ]);

  t.match(decide(ask, standing, noon), { grantIds: ['G-2'], endsAt: noon + 99 });
});

void t.test('a push rests on every grant it uses and ends with the first of them', async (t) => {
  const standing = aStanding([
    aGrant({
      id: 'G-fix',
      endsAt: noon + 10,
      scope: { repository: 'hub/app', right: 'push', refs: ['refs/heads/fix/**'], kinds: ['update'] },
    }),
    aGrant({
      id: 'G-tag',
      endsAt: noon + 99,
      scope: { repository: 'hub/app', right: 'push', refs: ['refs/tags/*'], kinds: ['create'] },
    }),
  ]);
  const both = [
    { ref: 'refs/heads/fix/1', kind: 'update' },
    { ref: 'refs/tags/v1', kind: 'create' },
  ] as const;

  const decision = decidePush(push, both, standing, noon);
  t.match(decision, { allowed: true, endsAt: noon + 10 });
  t.strictSame(decision.allowed && [...decision.grantIds].sort(), ['G-fix', 'G-tag']);
  t.match(
    decidePush(
      push,
      [...both, { ref: 'refs/tags/a/b', kind: 'create' }, { ref: 'refs/tags/v1', kind: 'delete' }],
      standing,
      noon,
    ),
    {
      allowed: false,
      reason: 'outside-scope',
      outside: [
        { ref: 'refs/tags/a/b', kind: 'create' },
        { ref: 'refs/tags/v1', kind: 'delete' },
      ],
    },
  );
});

const locks: readonly (readonly [string, Lock, stops: boolean])[] = [
  ['everything', aLock({ kind: 'everything' }), true],
  ['its upstream', aLock({ kind: 'upstream', upstream: 'hub' }), true],
  ['another upstream', aLock({ kind: 'upstream', upstream: 'hu' }), false],
  ['the repository', aLock({ kind: 'repository', repository: 'hub/app' }), true],
  ['another repository', aLock({ kind: 'repository', repository: 'hub/ap' }), false],
  ['the principal', aLock({ kind: 'principal', principalId: 'P-1' }), true],
  ['another principal', aLock({ kind: 'principal', principalId: 'P-2' }), false],
  ['everything but them', aLock({ kind: 'everything' }, { except: ['P-1'] }), false],
  ['pushes alone', aLock({ kind: 'everything' }, { right: 'push' }), false],
  ['everything until now', aLock({ kind: 'everything' }, { until: noon }), false],
  ['everything until later', aLock({ kind: 'everything' }, { until: noon + 1 }), true],
];
for (const [on, lock, stops] of locks)
  void t.test(`a lock on ${on} ${stops ? 'stops' : 'leaves'} a fetch`, async (t) => {
    const decision = decide(ask, aStanding([aGrant()], [lock]), noon);

    t.match(decision, stops ? { allowed: false, reason: 'locked', lock: { id: 'L-1' } } : { allowed: true });
  });

void t.test('deciding again from the recorded basis gives the same answer', async (t) => {
  let seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
  t.comment(`SEED=${seed}`);
  const random = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  const states: StandingGrant['state'][] = [
    { kind: 'live' },
    { kind: 'unrecorded' },
    { kind: 'expired' },
    { kind: 'revoked', at: noon - 3, by: 'P-2', reason: 'x' },
  ];
  for (let round = 0; round < 500; round += 1) {
    const grants = Array.from({ length: random(6) }, (_, i) =>
      aGrant(
        {
          id: `G-${i}`,
          principalId: random(5) === 0 ? 'P-2' : 'P-1',
          endsAt: noon + random(200) - 100,
          scope: {
            repository: random(5) === 0 ? 'hub/other' : 'hub/app',
            right: random(2) === 0 ? 'fetch' : 'push',
            refs: [['refs/heads/**', 'refs/tags/*', 'refs/heads/a'][random(3)] ?? ''],
            kinds: ['create'],
          },
        },
        states[random(4)],
      ),
    );
    const standing = aStanding(
      grants,
      random(4) === 0 ? [aLock({ kind: 'everything' }, { until: noon + random(3) - 1 })] : [],
    );
    const updates = random(2) === 0 ? [] : [{ ref: 'refs/heads/a', kind: 'create' as const }];
    const wanted = random(2) === 0 ? ask : push;
    const first = decidePush(wanted, updates, standing, noon);
    t.strictSame(decidePush(wanted, updates, first.basis, first.basis.now), first);
    if (first.allowed) t.ok(first.endsAt > noon);
  }
});
