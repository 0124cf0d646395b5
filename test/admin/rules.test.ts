import t from 'tap';
import { anAdminGateway } from './admin-gateway.ts';

void t.test(
  'an operator reads every rule, in the order that counts, and which one a repository falls under',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const { body } = await gateway.get('/api/rules?repository=hub/critical', await gateway.token('admin'));
    t.match(body, {
      hidden: 0,
      repository: 'hub/critical',
      matched: 1,
      rules: [
        { number: 1, match: 'hub/critical', critical: true, requesters: 'group:developers', mayAsk: false },
        {
          number: 2,
          match: 'hub/open',
          rights: [{ right: 'fetch', approval: 'automatic', maxDurationMs: 3_600_000 }],
        },
        {
          number: 3,
          match: 'hub/**',
          rights: [
            { right: 'fetch', refs: [], kinds: [] },
            { right: 'push', refs: ['refs/heads/**'], kinds: ['create', 'update', 'delete'] },
          ],
        },
      ],
    });
  },
);

void t.test(
  'others read the rules they may ask under or answer for, and are told how many they do not',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const developer = (await gateway.get('/api/rules', await gateway.token('developer'))).body;
    t.match(developer.rules, [
      { number: 1, mayAsk: true, requesters: 'developers' },
      { number: 2, mayAsk: true, requesters: 'everyone' },
      { number: 3, mayAsk: true, rights: [{ mayAnswer: false }, { mayAnswer: false }] },
    ]);
    const approver = (await gateway.get('/api/rules', await gateway.token('approver'))).body;
    t.match(approver.rules[0], { number: 1, mayAsk: false, rights: [{ mayAnswer: true }] });
    const strange = await gateway.token('developer', { groups: ['nobodies'] });
    const outside = (await gateway.get('/api/rules?repository=hub/critical', strange)).body;
    t.match(outside, { hidden: 2, rules: [{ number: 2 }] });
    t.notOk('matched' in outside, 'a rule that does not concern them is not named');
  },
);

void t.test(
  'no rule matches what is not in the policy, and a name that can be none is not found',
  async (t) => {
    const gateway = await anAdminGateway(t);
    const admin = await gateway.token('admin');
    t.notOk('repository' in (await gateway.get('/api/rules?repository=../etc', admin)).body);
  },
);

void t.test('hosts are named to those who may ask within them', async (t) => {
  const gateway = await anAdminGateway(t);
  const hosts = [{ name: 'hub', url: 'https://hub.test' }];
  t.strictSame((await gateway.get('/api/me', await gateway.token('developer'))).body.gateway.hosts, hosts);
});

void t.test('who may ask for a repository is told who was seen of those that answer', async (t) => {
  const gateway = await anAdminGateway(t);
  await gateway.principalOf('approver');
  const developer = await gateway.token('developer');
  const { rules } = (await gateway.get('/api/rules?repository=hub/app', developer)).body;
  const answerers = [{ from: 'approvers', count: 1, seen: { names: ['Ana Approver'], more: false } }];
  t.match(rules[2].rights, [
    { right: 'fetch', answerers },
    { right: 'push', answerers },
  ]);
  t.notOk('answerers' in rules[0].rights[0], 'of the rule alone that the repository falls under');

  const others = await Promise.all([
    gateway.get('/api/rules', developer),
    gateway.get('/api/rules?repository=hub/app', await gateway.token('auditor')),
  ]);
  for (const { body } of others) t.notMatch(JSON.stringify(body), /answerers/);
});
