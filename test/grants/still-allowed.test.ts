import t from 'tap';
import { stillAllowed, withinPolicy } from '../../gateway/grants/still-allowed.ts';
import type { Grant, Principal } from '../../gateway/store/records.ts';
import { aPolicy, hour } from './samples.ts';

const now = Date.UTC(2026, 10, 25, 12);
const alice: Principal = {
  id: 'P-1',
  issuer: 'https://login.test',
  subject: 'alice',
  name: 'Alice',
  email: undefined,
  emailVerified: false,
  groups: ['developers'],
  groupsAt: now,
  firstSeenAt: 0,
};
const grant: Grant = {
  id: 'G-1',
  requestId: 'R-1',
  principalId: 'P-1',
  scope: { repository: 'hub/app', right: 'push', refs: ['refs/heads/fix/**'], kinds: ['update'] },
  issuedAt: now,
  endsAt: now + hour,
  latestEndsAt: now + 2 * hour,
  version: 1,
  rule: 'hub/**',
  critical: false,
  approvers: ['P-2'],
};
const rule = (text: string) => aPolicy(`\n  - { match: hub/app, requesters: [developers], ${text} }\n`);

const changes: readonly (readonly [string, ReturnType<typeof aPolicy>, 'yes' | 'no'])[] = [
  ['nothing of it changed', aPolicy(), 'yes'],
  ['more people must approve', rule('push: { approval: 2, maxDuration: 1h }'), 'yes'],
  ['the longest duration shrank', rule('push: { approval: 1, maxDuration: 1s }'), 'yes'],
  ['pushes are no longer offered', rule('fetch: { approval: 1, maxDuration: 1h }'), 'no'],
  [
    'the refs were narrowed below it',
    rule('push: { approval: 1, maxDuration: 1h, refs: [refs/heads/fix/*] }'),
    'no',
  ],
  [
    'the refs were narrowed around it',
    rule('push: { approval: 1, maxDuration: 1h, refs: [refs/heads/fix/**] }'),
    'yes',
  ],
  ['updates are no longer allowed', rule('push: { approval: 1, maxDuration: 1h, kinds: [create] }'), 'no'],
  [
    'others are named as requesters',
    aPolicy('\n  - { match: hub/app, requesters: [others], push: { approval: 1, maxDuration: 1h } }\n'),
    'no',
  ],
  [
    'the repository fell out of the policy',
    aPolicy('\n  - { match: hub/other, requesters: [developers], push: { approval: 1, maxDuration: 1h } }\n'),
    'no',
  ],
];
for (const [what, policy, answer] of changes)
  void t.test(`a grant is ${answer === 'yes' ? 'kept' : 'ended'} when ${what} (case J6)`, async (t) => {
    t.equal(stillAllowed(grant, alice, policy, now), answer);
  });

void t.test(
  'who left the group loses the grant, whose groups merely grew old does not (case J6)',
  async (t) => {
    const standing = {
      grants: [{ grant, state: { kind: 'live' as const }, seq: 1 }],
      locks: [],
      seq: 1,
      now,
    };
    const old = { ...standing, now: now + 12 * hour + 1 };

    t.strictSame(withinPolicy(standing, { ...alice, groups: [] }, aPolicy()).grants, []);
    t.equal(stillAllowed(grant, alice, aPolicy(), old.now), 'groups-stale');
    t.equal(withinPolicy(old, alice, aPolicy()).grants.length, 1);
  },
);

void t.test('a policy has the hash of what it says, not of how it is written', async (t) => {
  t.equal(aPolicy().hash, aPolicy().hash);
  t.not(
    rule('push: { approval: 1, maxDuration: 1h }').hash,
    rule('push: { approval: 2, maxDuration: 1h }').hash,
  );
});
