import t from 'tap';
import type { AskableRule } from '../../admin/web/src/api/shapes.ts';
import { limitsOf, missingTicket, readScope, scopeBody, scopeFault } from '../../admin/web/src/ask/asking.ts';
import type { UpdateKind } from '../../admin/web/src/text/update-kinds.ts';

const minutes = 60_000;
const rules: readonly AskableRule[] = [
  {
    match: 'hub/vault',
    critical: true,
    reasonMinLength: 0,
    rights: [
      {
        right: 'fetch',
        approval: '1 of leads',
        maxDurationMs: 30 * minutes,
        ticketPattern: 'OPS-\\d+',
        refs: [],
        kinds: [],
      },
    ],
  },
  {
    match: 'hub/**',
    critical: false,
    reasonMinLength: 8,
    rights: [
      { right: 'fetch', approval: '1 approver', maxDurationMs: 480 * minutes, refs: [], kinds: [] },
      {
        right: 'push',
        approval: '1 approver',
        maxDurationMs: 240 * minutes,
        refs: ['refs/heads/**'],
        kinds: ['create', 'update'],
      },
    ],
  },
];
const oneKind: AskableRule = {
  match: 'hub/tags',
  critical: false,
  reasonMinLength: 0,
  rights: [
    { right: 'push', approval: 'ask', maxDurationMs: minutes, refs: ['refs/tags/**'], kinds: ['create'] },
  ],
};
const scopeOf = (written: string, wantedRight: 'fetch' | 'push' = 'fetch', refs: readonly string[] = []) =>
  readScope({ key: 0, written, wantedRight, refs }, rules);

void t.test('a right that the rule does not offer becomes the one that it does, without refs', async (t) => {
  t.match(scopeOf('hub/vault', 'push', ['refs/heads/main']), { right: 'fetch', refs: [] });
  t.match(scopeOf('hub/app', 'push', ['refs/heads/main']), { right: 'push', refs: ['refs/heads/main'] });
});

void t.test('several repositories are bound by the tightest of their rules', async (t) => {
  t.match(limitsOf([scopeOf('hub/app', 'push')]), {
    tightest: { maxMs: 240 * minutes, repository: 'hub/app' },
    shortest: 8,
    tickets: [],
  });
  t.match(limitsOf([scopeOf('hub/app'), scopeOf('hub/vault'), scopeOf('')]), {
    tightest: { maxMs: 30 * minutes, repository: 'hub/vault' },
    shortest: 20,
    tickets: ['OPS-\\d+'],
  });
  t.match(limitsOf([scopeOf('other/app')]), { tightest: undefined, shortest: 1 });
});

void t.test('a ticket is looked for as the gateway looks for it', async (t) => {
  t.equal(missingTicket('no ticket here', ['OPS-\\d+']), 'OPS-\\d+');
  t.equal(missingTicket('see OPS-12', ['OPS-\\d+']), undefined);
});

void t.test('what has no name or is there already cannot be sent', async (t) => {
  t.equal(scopeFault(scopeOf('hub'), []), 'unnamed');
  t.equal(scopeFault(scopeOf('hub/app'), [scopeOf('hub/app.git')]), 'twice');
  t.equal(scopeFault(scopeOf('hub/app', 'push'), [scopeOf('hub/app')]), undefined);
});

void t.test(
  'a push asks for the kinds that were chosen of those the rule has, and else leaves them out',
  async (t) => {
    const pushOf = (kinds?: readonly UpdateKind[], written = 'hub/app') =>
      readScope({ key: 0, written, wantedRight: 'push', refs: [], kinds }, rules);
    t.strictSame(pushOf().kinds, ['create', 'update']);
    t.strictSame(scopeBody(pushOf()), { repository: 'hub/app', right: 'push' });
    t.strictSame(scopeBody(pushOf(['create', 'update', 'delete'])), { repository: 'hub/app', right: 'push' });
    t.strictSame(scopeBody(pushOf(['update', 'delete'])), {
      repository: 'hub/app',
      right: 'push',
      kinds: ['update'],
    });
    t.equal(scopeFault(pushOf(['delete']), []), 'no-kind');
    const only = { key: 0, written: 'hub/tags', wantedRight: 'push', refs: [], kinds: ['delete'] } as const;
    t.strictSame(readScope(only, [oneKind]).kinds, ['create'], 'of one alone there is nothing to choose');
    t.strictSame(scopeBody(pushOf(['delete'], 'other/app')).kinds, ['delete'], 'also where no rule is known');
    t.strictSame(scopeBody(pushOf(['update'], 'hub/vault')), { repository: 'hub/vault', right: 'fetch' });
  },
);
