import t from 'tap';
import { countFailedKnocks } from '../gateway/failed-knocks.ts';

/** Counting is done in promises that nobody waits for. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

void t.test('an address waits once it has guessed as often as it may', async (t) => {
  const knocks = countFailedKnocks(3);
  for (const guess of ['Basic a', 'Basic b', 'Basic c']) {
    t.equal(await knocks.mayKnock('192.0.2.1'), true);
    knocks.failed('192.0.2.1', 'not-known', guess);
    await settled();
  }
  t.equal(await knocks.mayKnock('192.0.2.1'), false);
  t.equal(await knocks.mayKnock('192.0.2.2'), true, 'others do not');
});

void t.test('the same refused credential again is no second guess', async (t) => {
  const knocks = countFailedKnocks(3);
  for (let i = 0; i < 50; i += 1) knocks.failed('192.0.2.1', 'not-known', 'Basic a');
  await settled();
  t.equal(await knocks.mayKnock('192.0.2.1'), true);
});

void t.test('a first knock, an empty password and a typing mistake are no guesses', async (t) => {
  const knocks = countFailedKnocks(1);
  for (const why of ['none', 'empty-password', 'mistyped'] as const)
    knocks.failed('192.0.2.1', why, `Basic ${why}`);
  await settled();
  t.equal(await knocks.mayKnock('192.0.2.1'), true);
});
