import t from 'tap';
import { needs } from '../../gateway/grants/policy.ts';
import { aPolicy, aTown, hour } from './samples.ts';

void t.test('the first rule that matches speaks, also when a later one would allow more', async (t) => {
  const policy = aPolicy();

  t.equal(policy.ruleFor('hub/critical')?.match, 'hub/critical');
  t.equal(policy.ruleFor('hub/app')?.match, 'hub/**');
  t.equal(policy.ruleFor('hub/deep/er/app')?.match, 'hub/**');
  t.equal(policy.ruleFor('hub'), undefined);
  t.equal(policy.ruleFor('hubs/app'), undefined);
});

void t.test('unknown names, rights not offered and people left out are answered alike', async (t) => {
  const town = aTown();
  const dev = await town.person('dev', ['developers']);
  const stranger = await town.person('stranger', []);
  const { policy, now } = town;

  t.match(policy.mayAsk(dev, 'hub/app', 'fetch', now), { kind: 'yes', rule: { match: 'hub/**' } });
  const alike = [
    policy.mayAsk(dev, 'nowhere/app', 'fetch', now),
    policy.mayAsk(dev, 'hub/critical', 'push', now),
    policy.mayAsk(stranger, 'hub/app', 'fetch', now),
  ];
  for (const answer of alike) t.strictSame(answer, { kind: 'not-in-policy' });
});

void t.test('roles of old groups are stale, not held', async (t) => {
  const town = aTown();
  const all = await town.person('all', ['approvers', 'admins']);

  t.strictSame([...town.policy.rolesOf(all, town.now).held], ['approver', 'admin']);
  const later = town.policy.rolesOf(all, town.now + 12 * hour + 1);
  t.strictSame([[...later.held], [...later.stale]], [[], ['approver', 'admin']]);
});

void t.test('needs bear the names that answers are counted under', async (t) => {
  const policy = aPolicy();
  const keys = (repository: string, right: 'fetch' | 'push') => {
    const limits = policy.ruleFor(repository)?.[right];
    return limits && needs(limits).map(({ key, demand }) => [key, demand.count]);
  };

  t.strictSame(keys('hub/open', 'fetch'), []);
  t.strictSame(keys('hub/ask', 'fetch'), []);
  t.strictSame(keys('hub/two', 'fetch'), [['role:approver', 2]]);
  t.strictSame(keys('hub/pay', 'push'), [
    ['group:leads', 1],
    ['group:security', 1],
  ]);
});

const folding = (match: string): ReturnType<typeof aPolicy> =>
  aPolicy(
    `\n  - { match: ${match}, requesters: [everyone], fetch: { approval: 1, maxDuration: 1h } }\n`,
    'github',
  );
void t.test('a rule matches as its upstream folds case (case C3)', async (t) => {
  t.ok(folding('hub/Org/App').ruleFor('hub/org/app'), 'canonical names of a folding host are lower case');
  const plain = aPolicy(
    '\n  - { match: hub/Org/App, requesters: [everyone], fetch: { approval: 1, maxDuration: 1h } }\n',
  );
  t.notOk(plain.ruleFor('hub/org/app'));
  t.ok(plain.ruleFor('hub/Org/App'));
});
