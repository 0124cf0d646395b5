import t from 'tap';
import { seenWords, unseenGroups } from '../../admin/web/src/access/answerer-words.ts';

const leads = { from: 'leads', count: 1, seen: { names: ['Ann', 'Bo'], more: false } };
const nobody = { from: 'security', count: 1, seen: { names: [], more: false } };

void t.test('who was seen is named, by group where several have to agree', async (t) => {
  t.equal(seenWords([leads]), 'seen in the last 30 days: Ann, Bo');
  t.equal(
    seenWords([{ ...leads, seen: { names: ['Ann'], more: true } }]),
    'seen in the last 30 days: Ann and others',
  );
  t.equal(seenWords([leads, nobody]), 'seen in the last 30 days: Ann, Bo (leads)');
});

void t.test('a group is called unseen only where that is known', async (t) => {
  t.equal(unseenGroups([leads, nobody]), 'security');
  t.equal(
    unseenGroups([
      { ...nobody, seen: { names: [], more: true } },
      { from: 'x', count: 1 },
    ]),
    '',
  );
  t.equal(seenWords([{ from: 'x', count: 1 }]), '');
});
