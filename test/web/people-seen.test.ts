import t from 'tap';
import { eachPerson, nobodyIn, personIn, personLabel } from '../../admin/web/src/now/people-seen.ts';

void t.test('a person who calls themselves by somebody’s id is still picked by their own', async (t) => {
  const hostile = { id: 'P-1', name: 'Dana P-2', email: 'x@y P-3' };
  t.equal(personIn(personLabel(hostile)), 'P-1');
  t.equal(personIn(personLabel({ id: 'P-1' })), 'P-1');
  t.equal(personIn(' P-7 '), 'P-7');
  t.match(personLabel({ id: 'P-1', name: 'a\u202eb' }), /a\\u202Eb/);
});

void t.test('each person is offered once, by name', async (t) => {
  const [ana, bob] = [
    { id: 'P-2', name: 'Ana' },
    { id: 'P-1', name: 'Bob' },
  ];
  t.strictSame(eachPerson([bob, ana, bob]), [ana, bob]);
});

void t.test('a name that was written and not picked is nobody', async (t) => {
  const picked = personLabel({ id: 'P-7F3K9Q2M4X', name: 'Dana Developer' });
  t.equal(nobodyIn([]), undefined);
  t.equal(nobodyIn([picked, ' p-7f3k9q2m4x']), undefined);
  t.equal(nobodyIn([picked, 'Dana', 'Ana']), 'Dana');
  t.equal(nobodyIn(['G-7F3K9Q2M4X']), 'G-7F3K9Q2M4X');
  t.equal(nobodyIn(['']), '');
});
