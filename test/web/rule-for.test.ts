import t from 'tap';
import type { AskableRule } from '../../admin/web/src/api/shapes.ts';
import { ruleFor, shortestReason, suggestedNames, tidyName } from '../../admin/web/src/ask/rule-for.ts';

const aRule = (match: string, more: Partial<AskableRule> = {}): AskableRule => ({
  match,
  critical: false,
  reasonMinLength: 0,
  rights: [{ right: 'fetch', approval: '1 approver', maxDurationMs: 3_600_000, refs: [], kinds: [] }],
  ...more,
});
const rules = [aRule('hub/acme/payments-*'), aRule('hub/acme/**'), aRule('demo/app')];

void t.test('the first rule that matches holds, as in the policy', async (t) => {
  t.equal(ruleFor('hub/acme/payments-api', rules)?.match, 'hub/acme/payments-*');
  t.equal(ruleFor('hub/acme/deep/er', rules)?.match, 'hub/acme/**');
  t.equal(ruleFor('hub/acme', rules), undefined);
  t.equal(ruleFor('HUB/Acme/App', rules)?.match, 'hub/acme/**');
  t.equal(ruleFor('', rules), undefined);
});

void t.test('what people paste for a repository becomes its name', async (t) => {
  for (const pasted of [
    'demo/app',
    ' demo/app.git ',
    '/demo/app/',
    'https://localhost:8443/demo/app.git',
    'https://localhost:8443/demo/app.git/',
    'ssh://git@localhost:2222/demo/app.git',
  ])
    t.equal(tidyName(pasted), 'demo/app');
  t.equal(tidyName('demo/app.github'), 'demo/app.github');
});

void t.test(
  'names are suggested that were used or that a rule spells out, while a rule still has them',
  async (t) => {
    const grants = [{ scope: { repository: 'hub/acme/x' } }, { scope: { repository: 'gone/y' } }] as never;
    const requests = [{ scopes: [{ repository: 'hub/acme/x' }, { repository: 'demo/app' }] }] as never;
    t.strictSame(suggestedNames(rules, grants, requests), ['hub/acme/x', 'demo/app']);
  },
);

void t.test('a critical rule wants a longer reason, one that approves by itself none', async (t) => {
  const [offered] = aRule('a/b').rights;
  if (offered === undefined) throw new Error('the rule offers nothing');
  t.equal(shortestReason(aRule('a/b'), offered), 1);
  t.equal(shortestReason(aRule('a/b', { critical: true }), offered), 20);
  t.equal(shortestReason(aRule('a/b', { reasonMinLength: 30, critical: true }), offered), 30);
  t.equal(shortestReason(aRule('a/b'), { ...offered, approval: 'automatic' }), 0);
});
