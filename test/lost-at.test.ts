import t from 'tap';
import type { Decision } from '../gateway/grants/decide.ts';
import { lostAt } from '../gateway/lost-at.ts';
import type { Loss } from '../gateway/relay/lease.ts';
import { aLock } from './store/samples.ts';

const endsAt = 9_000;
const basis = { version: 1, seq: 1, now: 5_000, grants: [], locks: [] } as unknown as Decision['basis'];
const lock = { ...aLock(4_000), createdAt: 4_000 };
const revoked = { kind: 'revoked', at: 4_001, by: 'P-1', reason: 'lost' } as const;

const cases: readonly [string, Loss<Decision>, number | undefined][] = [
  ['the lease’s own end', { kind: 'end-reached' }, endsAt],
  ['an order to cut', { kind: 'cut', cut: { by: 'P-1', reason: 'now', at: 4_002 } }, 4_002],
  [
    'an ended credential',
    { kind: 'credential-ended', end: { at: 4_003, why: 'revoked' }, now: 5_000 },
    4_003,
  ],
  ['a revocation', denied({ reason: 'grant-ended', grantId: 'G-1', end: revoked }), 4_001],
  ['a lock', denied({ reason: 'locked', lock }), 4_000],
  ['rules that became others', denied({ reason: 'no-grant' }), undefined],
  ['a silent store', { kind: 'store-lost' }, undefined],
  ['a node that stops', { kind: 'stopping' }, undefined],
];

function denied(denial: object): Loss<Decision> {
  return { kind: 'denied', denial: { allowed: false, basis, ...denial } as Decision };
}

for (const [what, loss, at] of cases)
  void t.test(
    `${what} is counted from ${at === undefined ? 'nowhere' : 'the store’s own time'}`,
    async (t) => {
      t.equal(lostAt(loss, endsAt), at);
    },
  );
