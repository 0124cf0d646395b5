import { isDeepStrictEqual } from 'node:util';
import picomatch from 'picomatch';
import t from 'tap';
import type { UpdateKind } from '../../gateway/git/ref-update.ts';
import { decide, decidePush } from '../../gateway/grants/decide.ts';
import type { Grant, Lock, Standing, StandingGrant } from '../../gateway/store/records.ts';
import { createRandom, newSeed } from './random.ts';

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

void t.test('a lock comes before every grant, and names the one that would have covered', async (t) => {
  const locked = [aLock({ kind: 'everything' })];

  t.match(decide(push, aStanding([aGrant()], locked), noon), { reason: 'locked', grantId: 'G-1' });
  const none = decide(push, aStanding([], locked), noon);
  t.match(none, { reason: 'locked' });
  t.notOk('grantId' in none);
});

void t.test('of several locks the last to be lifted is named', async (t) => {
  const locked = [
    aLock({ kind: 'everything' }, { id: 'L-soon', until: noon + 1 }),
    aLock({ kind: 'upstream', upstream: 'hub' }, { id: 'L-open' }),
    aLock({ kind: 'everything' }, { id: 'L-late', until: noon + 9 }),
  ];

  t.match(decide(push, aStanding([aGrant()], locked), noon), { lock: { id: 'L-open' } });
});

void t.test('of several ended grants the last to end is told', async (t) => {
  const standing = aStanding([
    aGrant({ id: 'G-long', endsAt: noon + 9 }, { kind: 'revoked', at: noon - 9, by: 'P-2', reason: 'x' }),
    aGrant({ id: 'G-last', endsAt: noon - 1 }, { kind: 'expired' }),
    aGrant({ id: 'G-first', endsAt: noon - 99 }, { kind: 'expired' }),
  ]);

  t.match(decide(push, standing, noon), { reason: 'grant-ended', grantId: 'G-last' });
  t.strictSame(
    decide(push, standing, noon).basis.grants.map(({ grant }) => grant.id),
    ['G-last'],
    'and of the ended ones it alone is kept for replay',
  );
});

void t.test('an ended grant that covered a ref does not hide that a live one does not', async (t) => {
  const standing = aStanding([
    aGrant({ id: 'G-ended', endsAt: noon - 1 }),
    aGrant({
      id: 'G-live',
      scope: { repository: 'hub/app', right: 'push', refs: ['refs/tags/*'], kinds: ['create'] },
    }),
  ]);

  t.match(decidePush(push, [{ ref: 'refs/heads/main', kind: 'update' }], standing, noon), {
    reason: 'outside-scope',
    outside: [{ ref: 'refs/heads/main' }],
    grants: [{ grantId: 'G-live' }],
  });
});

void t.test('a push of a critical grant and another is critical', async (t) => {
  const tags = {
    repository: 'hub/app',
    right: 'push' as const,
    refs: ['refs/tags/*'],
    kinds: ['create' as const],
  };
  const standing = aStanding([aGrant(), aGrant({ id: 'G-2', scope: tags, critical: true })]);
  const update = { ref: 'refs/heads/a', kind: 'update' } as const;

  t.match(decidePush(push, [update], standing, noon), { critical: false });
  t.match(decidePush(push, [update, { ref: 'refs/tags/v', kind: 'create' }], standing, noon), {
    critical: true,
  });
});

const states: readonly StandingGrant['state'][] = [
  { kind: 'live' },
  { kind: 'live' },
  { kind: 'unrecorded' },
  { kind: 'expired' },
  { kind: 'revoked', at: noon - 3, by: 'P-2', reason: 'x' },
];
const patterns = ['refs/heads/**', 'refs/heads/*', 'refs/tags/*', 'refs/heads/a'];
const kinds: readonly UpdateKind[] = ['create', 'update', 'delete'];

function aCase(random: (below: number) => number) {
  const grants = Array.from({ length: random(6) }, (_, at) => {
    const right = random(3) === 0 ? ('fetch' as const) : ('push' as const);
    return aGrant(
      {
        id: `G-${at}`,
        principalId: random(6) === 0 ? 'P-2' : 'P-1',
        endsAt: noon + random(20) - 6,
        scope: {
          repository: random(6) === 0 ? 'hub/other' : 'hub/app',
          right,
          refs: right === 'push' ? patterns.filter(() => random(2) === 0) : [],
          kinds: right === 'push' ? kinds.filter(() => random(3) > 0) : [],
        },
      },
      states[random(states.length)],
    );
  });
  const locked =
    random(5) === 0
      ? [
          aLock(
            { kind: 'everything' },
            { until: noon + random(3) - 1, except: random(3) === 0 ? ['P-1'] : [] },
          ),
        ]
      : [];
  const updates = Array.from({ length: random(4) }, () => ({
    ref: ['refs/heads/a', 'refs/heads/b/c', 'refs/tags/v1', 'refs/notes/x'][random(4)] ?? '',
    kind: kinds[random(3)] ?? 'create',
  }));
  const right = random(2) === 0 ? ('fetch' as const) : ('push' as const);
  return {
    standing: aStanding(grants, locked),
    updates: right === 'push' ? updates : [],
    wanted: { ...ask, right },
  };
}

void t.test('allowed means: no lock, and for each update a live grant by the plainest reading', async (t) => {
  const seed = newSeed();
  t.comment(`SEED=${seed}`);
  const random = createRandom(seed);
  const globs = { dot: true, nobrace: true, noextglob: true, nonegate: true, strictSlashes: true };
  const seen = { true: 0, false: 0 };
  for (let round = 0; round < 2_000; round += 1) {
    const { standing, updates, wanted } = aCase(random);
    const live = standing.grants
      .filter(({ grant, state }) => state.kind === 'live' && grant.endsAt > noon)
      .map(({ grant }) => grant)
      .filter(({ principalId, scope }) => principalId === 'P-1' && scope.repository === 'hub/app')
      .filter(({ scope }) => wanted.right === 'fetch' || scope.right === 'push');
    const isLocked = standing.locks.some(({ until = 0, except }) => until > noon && except.length === 0);
    const covering = updates.map(({ ref, kind }) =>
      live.filter(
        ({ scope }) => scope.kinds.includes(kind) && picomatch.isMatch(ref, [...scope.refs], globs),
      ),
    );
    const isAllowed = !isLocked && live.length > 0 && covering.every((grants) => grants.length > 0);
    const decision = decidePush(wanted, updates, standing, noon);
    if (decision.allowed !== isAllowed) t.fail(JSON.stringify({ standing, updates, wanted, decision }));
    const longest = (grants: readonly Grant[]): number => Math.max(...grants.map(({ endsAt }) => endsAt));
    const ends = covering.length > 0 ? Math.min(...covering.map(longest)) : longest(live);
    if (decision.allowed && decision.endsAt !== ends)
      t.fail(JSON.stringify({ standing, updates, decision, ends }));
    seen[`${decision.allowed}`] += 1;
  }
  t.ok(seen.true > 100 && seen.false > 100, `${seen.true} allowed, ${seen.false} denied`);
});

void t.test('the order in which a store answers changes nothing', async (t) => {
  const seed = newSeed();
  t.comment(`SEED=${seed}`);
  const random = createRandom(seed);
  for (let round = 0; round < 200; round += 1) {
    const { standing, updates, wanted } = aCase(random);
    const turned = { ...standing, grants: standing.grants.toReversed(), locks: standing.locks.toReversed() };
    const [one, other] = [standing, turned].map((each) => decidePush(wanted, updates, each, noon));
    if (!isDeepStrictEqual(one, other)) t.fail(JSON.stringify({ standing, updates, wanted }));
  }
});

void t.test('deciding again from the recorded basis gives the same answer', async (t) => {
  const seed = newSeed();
  t.comment(`SEED=${seed}`);
  const random = createRandom(seed);
  for (let round = 0; round < 500; round += 1) {
    const { standing, updates, wanted } = aCase(random);
    const first = decidePush(wanted, updates, standing, noon);
    const kept = JSON.parse(JSON.stringify(first.basis)) as typeof first.basis;
    const again = decidePush(wanted, updates, kept, kept.now);
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(first))))
      t.fail(JSON.stringify({ standing, updates, wanted }));
  }
});
