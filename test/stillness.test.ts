import t from 'tap';
import { newOperation, type OpenOperation } from '../gateway/operations.ts';
import { keepStillness } from '../gateway/stillness.ts';
import { fakeClock } from './relay/clock.ts';

function aStillness() {
  const clock = fakeClock();
  const told: [string, string][] = [];
  const troubles: unknown[] = [];
  let answer: () => Promise<void> = async () => undefined;
  const stillness = keepStillness({
    async standStill(id, how) {
      told.push([id, how]);
      await answer();
    },
    onTrouble: (error) => troubles.push(error),
    after: (ms, work) => clock.after(ms, work),
  });
  const fails = (error: Error): void => {
    answer = async () => await Promise.reject(error);
  };
  return { clock, told, troubles, stillness, fails };
}

function anOperation(id: string): OpenOperation {
  return newOperation({
    id,
    key: {
      credentialHash: 'one',
      repository: 'hub/app',
      right: 'fetch',
      connectionId: 'one',
      address: '192.0.2.1',
    },
    principalId: 'P-1',
    credentialId: 'C-1',
    openedAt: 0,
    door: 'https',
    grantIds: [],
    decidedAt: 0,
    endsAt: 0,
  });
}

void t.test('the store hears a tenth of a second after the last request, and once', async (t) => {
  const { clock, told, stillness } = aStillness();
  const operation = anOperation('O-1');
  operation.outcome = { outcome: 'completed' };
  stillness.rests(operation);
  await clock.advance(99);
  t.strictSame(told, []);
  await clock.advance(1);
  t.strictSame(told, [['O-1', 'completed']]);
  stillness.ends(operation);
  await clock.advance(1_000);
  t.equal(told.length, 1);
});

void t.test('another request leaves it untold, and the end tells it at once', async (t) => {
  const { clock, told, stillness } = aStillness();
  const operation = anOperation('O-1');
  stillness.rests(operation);
  await clock.advance(50);
  stillness.moves(operation);
  await clock.advance(1_000);
  t.strictSame(told, []);
  stillness.rests(operation);
  stillness.ends(operation);
  t.strictSame(told, [['O-1', 'advertised']]);
});

void t.test('one that was cut meanwhile has been told of already', async (t) => {
  const { clock, told, stillness } = aStillness();
  const operation = anOperation('O-1');
  stillness.rests(operation);
  operation.cut = true;
  await clock.advance(1_000);
  t.strictSame(told, []);
});

void t.test('a store that does not answer is trouble, and no more', async (t) => {
  const { clock, troubles, stillness, fails } = aStillness();
  const away = new Error('away');
  fails(away);
  stillness.rests(anOperation('O-1'));
  await clock.advance(100);
  t.strictSame(troubles, [away]);
});
