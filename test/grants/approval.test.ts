import t from 'tap';
import {
  missingPeople,
  narrowed,
  nothingLeft,
  openNeeds,
  type ScopeTerms,
  waitsForText,
} from '../../gateway/grants/approval.ts';
import { needs } from '../../gateway/grants/policy.ts';
import type { Answer, Scope } from '../../gateway/store/records.ts';
import { createRandom, newSeed } from './random.ts';
import { aPolicy, hour, minute } from './samples.ts';

function terms(approval: string, scope: Partial<Scope> = {}): readonly ScopeTerms[] {
  const policy = aPolicy(
    `\n  - { match: hub/app, requesters: [everyone], push: { approval: ${approval}, maxDuration: 1h, refs: [refs/heads/**], kinds: [create, update] } }\n`,
  );
  const rule = policy.rules[0];
  if (rule?.push === undefined) throw new Error('the rule offers no push');
  const asked: Scope = {
    repository: 'hub/app',
    right: 'push',
    refs: ['refs/heads/**'],
    kinds: ['create'],
    ...scope,
  };
  return [{ scope: asked, rule, limits: rule.push, needs: needs(rule.push) }];
}

const agreed = (by: string, groups: readonly string[], change: Partial<Answer> = {}): Answer => ({
  by,
  at: 0,
  verdict: 'approve',
  meets: groups.map((group) => `group:${group}`),
  ...change,
});

const leadsAndSecurity = '[{ from: leads, count: 1 }, { from: security, count: 1 }]';

void t.test('one person in two groups fills one place, whichever comes first (case J4)', async (t) => {
  const both = agreed('eve', ['leads', 'security']);
  const asked = terms(leadsAndSecurity);

  t.equal(missingPeople(openNeeds(asked, [both])), 1);
  t.equal(missingPeople(openNeeds(asked, [both, both])), 1, 'twice the same person is one person');
  t.strictSame(openNeeds(asked, [both, agreed('ana', ['leads'])]), []);
  t.strictSame(openNeeds(asked, [both, agreed('bob', ['security'])]), []);
});

void t.test('a denial and an answer that met nothing count for no need', async (t) => {
  const asked = terms(leadsAndSecurity);

  t.equal(missingPeople(openNeeds(asked, [agreed('ana', ['leads'], { verdict: 'deny' })])), 2);
  t.equal(missingPeople(openNeeds(asked, [agreed('ana', ['others'])])), 2);
  const { meets: _, ...without } = agreed('ana', ['leads']);
  t.equal(missingPeople(openNeeds(asked, [without])), 2);
});

void t.test('people are placed as well as any placing could', async (t) => {
  const seed = newSeed();
  t.comment(`SEED=${seed}`);
  const random = createRandom(seed);
  const groups = ['a', 'b', 'c'];
  const asked = terms('[{ from: a, count: 2 }, { from: b, count: 1 }, { from: c, count: 2 }]');
  const places = ['a', 'a', 'b', 'c', 'c'];
  const best = (people: readonly (readonly string[])[], free: readonly string[]): number => {
    const [first, ...others] = people;
    if (first === undefined) return 0;
    const seated = free.map((place, at) =>
      first.includes(place)
        ? 1 +
          best(
            others,
            free.filter((_, other) => other !== at),
          )
        : 0,
    );
    return Math.max(best(others, free), ...seated);
  };
  for (let round = 0; round < 100; round += 1) {
    const people = Array.from({ length: random(6) }, () => groups.filter(() => random(2) === 0));
    const answers = people.map((member, at) => agreed(`P-${at}`, member));
    t.equal(missingPeople(openNeeds(asked, answers)), 5 - best(people, places), JSON.stringify(people));
  }
});

void t.test('whom a request waits for is said with counts', async (t) => {
  t.equal(waitsForText(openNeeds(terms(leadsAndSecurity), [])), 'leads and security');
  t.equal(waitsForText(openNeeds(terms('3'), [])), '3 approvers');
  t.equal(waitsForText(openNeeds(terms('1'), [])), 'an approver');
  t.equal(waitsForText(openNeeds(terms('[{ from: leads, count: 2 }]'), [])), '2 of leads');
});

void t.test('of all who narrowed the narrowest holds, and never more than the rule of today', async (t) => {
  const request = { durationMs: 3 * hour };
  const asked = terms('2', { refs: ['refs/heads/**', 'refs/tags/**'], kinds: ['create', 'delete'] });

  t.match(narrowed(request, asked, []), {
    durationMs: hour,
    scopes: [{ refs: ['refs/heads/**'], kinds: ['create'] }],
  });
  const answers = [
    agreed('ana', [], { durationMs: 30 * minute, refs: ['refs/heads/fix/**', 'refs/heads/main'] }),
    agreed('bob', [], { durationMs: 40 * minute, refs: ['refs/heads/fix/1', 'refs/heads/main'] }),
    agreed('eve', [], { verdict: 'deny', durationMs: minute }),
  ];
  t.match(narrowed(request, asked, answers), {
    durationMs: 30 * minute,
    scopes: [{ refs: ['refs/heads/fix/1', 'refs/heads/main'] }],
  });
});

void t.test('answers that have nothing in common leave nothing to grant', async (t) => {
  const answers = [
    agreed('ana', [], { refs: ['refs/heads/a'] }),
    agreed('bob', [], { refs: ['refs/heads/b'] }),
  ];
  const left = narrowed({ durationMs: hour }, terms('2'), answers);

  t.match(nothingLeft(left), { refused: 'too-wide', text: /hub\/app/ });
  t.equal(nothingLeft(narrowed({ durationMs: hour }, terms('2'), [])), undefined);
});
