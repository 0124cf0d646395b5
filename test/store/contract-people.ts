/** Principals. */
import type { Claim } from './contract.ts';
import { aPerson, freshId } from './samples.ts';

export const peopleContract: readonly Claim[] = [
  [
    'a person keeps the id of the first enrolment, and shows what the provider said last',
    async (t, ground) => {
      const store = await ground.open('a');
      const seen = aPerson();
      const before = await store.now();
      const first = await store.enrol(seen, 'P-1');
      t.match(first, { ...seen, id: 'P-1' });
      t.ok(first.groupsAt >= before && first.firstSeenAt === first.groupsAt);

      const again = await store.enrol({ ...seen, name: undefined, groups: ['security'] }, 'P-2');
      t.match(again, { id: 'P-1', groups: ['security'], firstSeenAt: first.firstSeenAt });
      t.equal(again.name, undefined);
      t.ok(again.groupsAt >= first.groupsAt);
      t.strictSame(await store.principal('P-1'), again);
      t.equal(await store.principal('P-2'), undefined);
      t.strictSame(await store.known(seen.issuer, seen.subject), again);
      t.equal(await store.known(seen.issuer, 'nobody'), undefined);
    },
  ],
  [
    'the same subject of another issuer is another person, and no spelling makes two pairs one',
    async (t, ground) => {
      const store = await ground.open('a');
      const pairs = [
        ['https://a', 'x'],
        ['https://b', 'x'],
        ['https://a/', 'x'],
        ['https://a', 'X'],
      ] as const;
      for (const [index, [issuer, subject]] of pairs.entries()) {
        const person = await store.enrol(aPerson({ issuer, subject }), `P-${index}`);
        t.equal(person.id, `P-${index}`);
      }
    },
  ],
  [
    'many first enrolments of one person at once make one principal',
    async (t, ground) => {
      const [one, two] = [await ground.open('a'), await ground.open('b')];
      const seen = aPerson();
      const people = await Promise.all(
        Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two).enrol(seen, freshId('P'))),
      );
      t.equal(new Set(people.map((person) => person.id)).size, 1);
    },
  ],
  [
    'several people are read at once, unknown ones left out',
    async (t, ground) => {
      const store = await ground.open('a');
      const one = await store.enrol(aPerson(), 'P-1');
      const two = await store.enrol(aPerson({ email: undefined, emailVerified: false }), 'P-2');
      const found = await store.principals(['P-2', 'P-NONE', 'P-1', 'P-1']);
      t.strictSame(
        new Map([...found].toSorted()),
        new Map([
          ['P-1', one],
          ['P-2', two],
        ]),
      );
      t.equal((await store.principals([])).size, 0);
    },
  ],
  [
    'people seen lately come as the provider last described them, who was enrolled last in front, each once',
    async (t, ground) => {
      const [one, two] = [await ground.open('a'), await ground.open('b')];
      t.strictSame(await one.seenLately(), []);
      const ann = aPerson({ subject: 'ann', name: 'Ann' });
      await one.enrol(ann, 'P-ANN');
      await ground.reach((await one.now()) + 1);
      const bo = await two.enrol(aPerson({ subject: 'bo', name: 'Bo', email: undefined }), 'P-BO');
      t.match(await one.seenLately(), [{ id: 'P-BO' }, { id: 'P-ANN' }]);
      await ground.reach((await one.now()) + 1);
      const moved = await one.enrol({ ...ann, groups: ['security'] }, 'P-NEW');
      t.strictSame(await two.seenLately(), [moved, bo]);
    },
  ],
];
