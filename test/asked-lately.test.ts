import t from 'tap';
import { askedLately } from '../gateway/asked-lately.ts';

/** Something to ask, which notes what it was asked. */
function aQuestion() {
  const asked: string[] = [];
  const clock = { now: 0 };
  const ask = askedLately(
    async (question: string) => {
      asked.push(question);
      if (question === 'broken') throw new Error('away');
      return question.toUpperCase();
    },
    () => clock.now,
  );
  return { ask, asked, clock };
}

void t.test('a thousand equal questions of one moment are asked once', async (t) => {
  const { ask, asked, clock } = aQuestion();
  for (let times = 0; times < 1_000; times += 1) {
    clock.now += 0.9;
    t.equal(await ask('ana'), 'ANA');
  }
  t.strictSame(asked, ['ana']);
  t.equal(await ask('bob'), 'BOB');
  t.strictSame(asked, ['ana', 'bob']);
});

void t.test('an answer is good for a second', async (t) => {
  const { ask, asked, clock } = aQuestion();
  await ask('ana');
  clock.now = 999;
  await ask('ana');
  t.equal(asked.length, 1);
  clock.now = 1_000;
  await ask('ana');
  t.equal(asked.length, 2);
});

void t.test('a question that failed is asked anew', async (t) => {
  const { ask, asked } = aQuestion();
  await t.rejects(ask('broken'), /away/);
  await t.rejects(ask('broken'), /away/);
  t.equal(asked.length, 2);
});
