import t from 'tap';
import { parseSelector } from '../../config/selector.ts';
import { selects, shownSelectors, workloadIssuer } from '../../gateway/grants/selected.ts';
import type { Principal } from '../../gateway/store/records.ts';

const now = Date.UTC(2026, 10, 25, 12);
const hour = 3_600_000;

function aPrincipal(change: Partial<Principal> = {}): Principal {
  return {
    id: 'P-1',
    issuer: 'https://login.test',
    subject: 'alice#1',
    name: 'Alice',
    email: 'Alice@X.test',
    emailVerified: true,
    groups: ['developers'],
    groupsAt: now - hour,
    firstSeenAt: 0,
    ...change,
  };
}

const cases: readonly (readonly [string, Partial<Principal>, ReturnType<typeof selects>])[] = [
  ['developers', {}, 'yes'],
  ['group:developers', {}, 'yes'],
  ['Developers', {}, 'no'],
  ['group:developers', { groupsAt: now - hour - 1 }, 'groups-stale'],
  ['group:others', { groupsAt: 0 }, 'no'],
  ['email:alice@x.test', {}, 'yes'],
  ['email:ALICE@x.TEST', { email: 'alice@X.test' }, 'yes'],
  ['email:alice@x.test', { emailVerified: false }, 'no'],
  ['email:alice@x.test', { email: undefined }, 'no'],
  ['email:alice@x.test', { groupsAt: 0 }, 'yes'],
  ['sub:https://login.test#alice#1', {}, 'yes'],
  ['sub:https://login.test/#alice#1', {}, 'no'],
  ['sub:https://login.test#Alice#1', {}, 'no'],
  ['sub:https://login.test#alice#1', { issuer: 'https://other.test' }, 'no'],
  ['workload:deploy', { issuer: workloadIssuer, subject: 'deploy' }, 'yes'],
  ['workload:deploy', { subject: 'deploy' }, 'no'],
  ['everyone', { groups: [], groupsAt: 0 }, 'yes'],
];
for (const [selector, change, answer] of cases)
  void t.test(`${selector} answers ${answer} for ${JSON.stringify(change)} (case H3)`, async (t) => {
    t.equal(selects([parseSelector(selector)], aPrincipal(change), now, hour), answer);
  });

void t.test('one selector that picks is enough, also beside old groups', async (t) => {
  const stale = aPrincipal({ groupsAt: 0 });

  t.equal(selects(['developers', 'email:alice@x.test'].map(parseSelector), stale, now, hour), 'yes');
  t.equal(selects([], stale, now, hour), 'no');
});

void t.test('people who wait read groups, never addresses or subjects', async (t) => {
  const selectors = ['payments-leads', 'email:a@x.test', 'sub:https://login.test#1'].map(parseSelector);

  t.equal(shownSelectors(selectors), 'payments-leads or named approvers');
});
