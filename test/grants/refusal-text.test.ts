import t from 'tap';
import {
  type RefusalContext,
  type Refused,
  refusalPhrase,
  refusalText,
} from '../../gateway/grants/refusal-text.ts';
import type { Lock, Scope } from '../../gateway/store/records.ts';

const now = Date.UTC(2026, 10, 25, 14, 30);
const at = Date.UTC(2026, 10, 25, 14, 5);
const push: RefusalContext = {
  publicUrl: 'https://gw.test',
  repository: 'hub/acme/app',
  right: 'push',
  now,
  nameOf: (id) => (id === 'P-ANA' ? 'Ana' : undefined),
};
const fetch: RefusalContext = { ...push, right: 'fetch' };
const ssh: RefusalContext = { ...push, ssh: { host: 'gw.test', port: 22 } };
const scope: Scope = {
  repository: 'hub/acme/app',
  right: 'push',
  refs: ['refs/heads/fix/**'],
  kinds: ['create', 'update'],
};
const lock: Lock = {
  id: 'L-1',
  on: { kind: 'everything' },
  except: [],
  reason: 'release freeze',
  by: 'P-ANA',
  createdAt: 0,
};
const revoked = {
  reason: 'grant-ended',
  grantId: 'G-7F3K',
  end: { kind: 'revoked', at, by: 'P-ANA', reason: 'laptop lost' },
} as const;

const texts: readonly (readonly [string, Refused, RefusalContext, readonly string[]])[] = [
  [
    'no grant to push, with an SSH door',
    { reason: 'no-grant' },
    ssh,
    [
      'sluice: no live grant to push to hub/acme/app',
      'ask: https://gw.test/ask/hub/acme/app?right=push',
      'or: ssh gw.test request hub/acme/app push --for 1h --reason "…"',
    ],
  ],
  [
    'no grant to push, SSH on a port of its own, under a short rule',
    { reason: 'no-grant' },
    { ...push, ssh: { host: 'gw.test', port: 2222 }, suggestedFor: '40s' },
    [
      'sluice: no live grant to push to hub/acme/app',
      'ask: https://gw.test/ask/hub/acme/app?right=push',
      'or: ssh -p 2222 gw.test request hub/acme/app push --for 40s --reason "…"',
    ],
  ],
  [
    'no grant to fetch',
    { reason: 'no-grant' },
    fetch,
    ['sluice: no live grant to fetch hub/acme/app', 'ask: https://gw.test/ask/hub/acme/app?right=fetch'],
  ],
  [
    'no grant, and a request that waits',
    { reason: 'no-grant' },
    { ...ssh, pending: { requestId: 'R-1', waitsFor: 'payments-leads', decideBy: now + 5_400_000 } },
    ['sluice: no live grant to push to hub/acme/app', 'sluice: R-1 waits for payments-leads until 16:00 UTC'],
  ],
  [
    'a grant that expired',
    { reason: 'grant-ended', grantId: 'G-7F3K', end: { kind: 'expired', at } },
    fetch,
    ['sluice: grant G-7F3K ended at 14:05 UTC', 'ask again: https://gw.test/ask/hub/acme/app?right=fetch'],
  ],
  [
    'a grant that was revoked',
    revoked,
    fetch,
    [
      'sluice: grant G-7F3K was revoked by Ana at 14:05 UTC: "laptop lost"',
      'ask again: https://gw.test/ask/hub/acme/app?right=fetch',
    ],
  ],
  [
    'a grant revoked by somebody whose name is not known',
    { ...revoked, end: { ...revoked.end, by: 'P-X' } },
    fetch,
    [
      'sluice: grant G-7F3K was revoked by P-X at 14:05 UTC: "laptop lost"',
      'ask again: https://gw.test/ask/hub/acme/app?right=fetch',
    ],
  ],
  [
    'a lock over a live grant',
    { reason: 'locked', lock, grantId: 'G-1' },
    push,
    [
      'sluice: grant G-1 is locked: "release freeze"',
      'ask again: https://gw.test/ask/hub/acme/app?right=push',
    ],
  ],
  [
    'a lock with an end and no grant',
    { reason: 'locked', lock: { ...lock, until: now + 5_400_000 } },
    push,
    [
      'sluice: hub/acme/app is locked: "release freeze"',
      'sluice: the lock ends at 16:00 UTC',
      'ask again: https://gw.test/ask/hub/acme/app?right=push',
    ],
  ],
  [
    'refs outside',
    {
      reason: 'outside-scope',
      outside: [
        { ref: 'refs/heads/main', kind: 'update' },
        { ref: 'refs/tags/v1', kind: 'create' },
      ],
      grants: [{ grantId: 'G-1', scope }],
    },
    push,
    [
      'sluice: refs/heads/main is outside G-1, which covers refs/heads/fix/**',
      'sluice: refs/tags/v1 is outside G-1, which covers refs/heads/fix/**',
      'ask: https://gw.test/ask/hub/acme/app?right=push',
    ],
  ],
  [
    'a kind outside',
    {
      reason: 'outside-scope',
      outside: [{ ref: 'refs/heads/fix/1', kind: 'delete' }],
      grants: [{ grantId: 'G-1', scope }],
    },
    push,
    [
      'sluice: to delete refs/heads/fix/1 is outside G-1, which covers create and update of refs/heads/fix/**',
      'ask: https://gw.test/ask/hub/acme/app?right=push',
    ],
  ],
  [
    'a grant not recorded yet',
    { reason: 'grant-unrecorded', grantId: 'G-1' },
    push,
    ['sluice: grant G-1 is approved and being recorded; try again in a moment'],
  ],
  [
    'unknown and outside the policy',
    { reason: 'not-in-policy' },
    ssh,
    ['sluice: no repository here by that name that you may ask for'],
  ],
  [
    'groups that are too old',
    { reason: 'groups-stale', groupsAt: at },
    push,
    [
      'sluice: your groups were last confirmed at 14:05 UTC, which is too long ago',
      'sign in again: https://gw.test/login',
    ],
  ],
  [
    'the store away',
    { reason: 'store-unreachable' },
    push,
    ['sluice: the grant store cannot be reached; nothing was changed; try again in a minute'],
  ],
  [
    'the audit not to be written',
    { reason: 'audit-unavailable' },
    push,
    ['sluice: the audit log cannot be written; nothing was changed; try again in a minute'],
  ],
];
for (const [what, refused, context, lines] of texts)
  void t.test(`${what}: the lines are those of the design`, async (t) => {
    t.strictSame(refusalText(refused, context), lines);
    t.match(refusalPhrase(refused), /^[\x20-\x7e]{3,80}$/, 'the phrase of a push report is one short line');
  });

void t.test('names and reasons of others stay within their line (case K3)', async (t) => {
  const hostile = 'x"\nremote: \u001b[1mall is fine\u202e';
  const context = { ...ssh, repository: `hub/a'; id\n`, nameOf: () => hostile };
  const all = [
    refusalText({ reason: 'no-grant' }, context),
    refusalText({ ...revoked, end: { ...revoked.end, reason: hostile } }, context),
    refusalText({ reason: 'locked', lock: { ...lock, reason: hostile } }, context),
    refusalText(
      {
        reason: 'outside-scope',
        outside: [{ ref: hostile, kind: 'update' }],
        grants: [{ grantId: 'G-1', scope }],
      },
      context,
    ),
    refusalText(
      { reason: 'no-grant' },
      { ...context, pending: { requestId: 'R-1', waitsFor: hostile, decideBy: now } },
    ),
  ].flat();

  for (const line of all) t.notMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  t.notOk(
    all.some((line) => line.startsWith('or: ssh')),
    'a name a shell would read otherwise stands in no line to paste',
  );
});

void t.test('of many refs outside each of the first fifty is named and the rest counted', async (t) => {
  const outside = Array.from({ length: 60 }, (_, at) => ({
    ref: `refs/heads/${at}`,
    kind: 'update' as const,
  }));
  const lines = refusalText({ reason: 'outside-scope', outside, grants: [{ grantId: 'G-1', scope }] }, push);

  t.equal(lines.length, 52);
  t.equal(lines[50], 'sluice: and 10 more refs are outside');
});
