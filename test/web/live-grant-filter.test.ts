import t from 'tap';
import type { Grant } from '../../admin/web/src/api/shapes.ts';
import { personLabel } from '../../admin/web/src/now/people-seen.ts';
import { fittingGrants } from '../../admin/web/src/repositories/live-grant-filter.ts';

const of = (id: string, name: string, repository: string) =>
  ({ id, principal: { id: `P-${id}`, name }, scope: { repository } }) as unknown as Grant;
const [ana, bob, more] = [
  of('1', 'Ana Müller', 'hub/acme/app'),
  of('2', 'Bob', 'hub/acme/docs'),
  of('10', 'Bob', 'hub/other'),
];
const grants = [ana, bob, more];

void t.test('live grants are found by a part of who, of where, or of both', async (t) => {
  const found = (person: string, repository = '') => fittingGrants(grants, { person, repository });
  t.equal(found(' ', ' '), grants, 'nothing written, nothing made anew');
  t.strictSame(found('müLLer'), [ana]);
  t.strictSame(found('bob'), [bob, more]);
  t.strictSame(found('bob', 'ACME'), [bob]);
  t.strictSame(found('', 'https://git.example.com/hub/acme/app.git'), [ana]);
  t.strictSame(found('nobody'), []);
});

void t.test('who is picked is one person, whoever has the same name', async (t) => {
  t.strictSame(fittingGrants(grants, { person: personLabel(bob.principal), repository: '' }), [bob]);
});
