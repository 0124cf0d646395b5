import t from 'tap';
import type { EntryOf } from '../../gateway/audit/entry.ts';
import { checkEntry } from '../../gateway/audit/entry.ts';
import { foldRefusals } from '../../gateway/audit/refusal-folding.ts';
import { fakeClock } from '../relay/clock.ts';

type Written = EntryOf<'operation.refused'> | EntryOf<'door.refused'>;

function aFolding() {
  const clock = fakeClock(1_000);
  const written: Written[] = [];
  const state = { isBroken: false, failures: 0 };
  const folding = foldRefusals({
    append: async (entry) => {
      if (state.isBroken) throw new Error('no disk');
      checkEntry(entry);
      written.push(entry);
    },
    now: () => clock.now(),
    onFailed: () => {
      state.failures += 1;
    },
    after: (ms, work) => clock.after(ms, work),
  });
  const refuse = (over: Partial<EntryOf<'operation.refused'>> = {}): void =>
    folding.refused({
      type: 'operation.refused',
      principalId: 'P-1',
      repository: 'hub/app',
      right: 'fetch',
      reason: 'no-grant',
      door: 'https',
      address: '192.0.2.1',
      count: 1,
      firstAt: clock.now(),
      lastAt: clock.now(),
      ...over,
    });
  const knock = (address: string, reason = 'not-known'): void =>
    folding.knocked({ door: 'https', address: { address } }, reason);
  return { clock, written, folding, refuse, knock, state };
}

function sum(entries: readonly { readonly count: number }[]): number {
  return entries.reduce((total, { count }) => total + count, 0);
}

void t.test(
  'the first refusal is written at once, its likes within a minute are one entry with their count',
  async (t) => {
    const { clock, written, refuse } = aFolding();
    for (let i = 0; i < 100; i += 1) {
      refuse();
      await clock.advance(100);
    }
    t.match(written, [{ count: 1 }]);
    await clock.advance(60_000);
    t.match(written, [{ count: 1 }, { count: 99, firstAt: 1_100, lastAt: 10_900 }]);
  },
);

void t.test('refusals of different people, repositories, reasons or updates are kept apart', async (t) => {
  const { written, refuse } = aFolding();
  const updates = [{ ref: 'refs/heads/x', oldId: '0', newId: '1', kind: 'create' as const }];
  for (const over of [
    {},
    { repository: 'hub/other' },
    { principalId: 'P-2' },
    { reason: 'locked' },
    { updates },
  ])
    refuse(over);
  t.equal(written.length, 5);
});

void t.test(
  'one person who asks for ever new names costs a bounded number of entries, and every attempt is counted',
  async (t) => {
    const { clock, written, refuse } = aFolding();
    for (let i = 0; i < 5_000; i += 1) refuse({ repository: `hub/${i}` });
    await clock.advance(60_000);
    t.ok(written.length < 300, `${written.length} entries`);
    t.equal(sum(written), 5_000);
    refuse({ principalId: 'P-2' });
    t.match(
      written.at(-1),
      { principalId: 'P-2', repository: 'hub/app', count: 1 },
      'others are not touched by it',
    );
  },
);

void t.test(
  'strangers of however many networks cost a bounded number of entries a minute, and every knock is counted',
  async (t) => {
    const { clock, written, knock } = aFolding();
    for (let i = 0; i < 50_000; i += 1)
      knock(`2001:db8:${(i >> 8).toString(16)}:${(i & 255).toString(16)}::1`);
    t.equal(written.length, 0);
    await clock.advance(60_000);
    t.ok(written.length <= 101, `${written.length} entries`);
    t.equal(sum(written), 50_000);
  },
);

void t.test('the addresses of one IPv6 network are one stranger', async (t) => {
  const { clock, written, knock } = aFolding();
  for (let i = 0; i < 1_000; i += 1) knock(`2001:db8::${i.toString(16)}`);
  await clock.advance(60_000);
  t.match(written, [{ type: 'door.refused', address: '2001:db8:0:0::/64', count: 1_000 }]);
});

void t.test('counts that could not be written are kept, and written when the disk is back', async (t) => {
  const { clock, written, refuse, knock, state } = aFolding();
  state.isBroken = true;
  for (let i = 0; i < 10; i += 1) refuse();
  for (let i = 0; i < 10; i += 1) knock('192.0.2.9');
  await clock.advance(180_000);
  t.ok(state.failures >= 3);
  state.isBroken = false;
  await clock.advance(60_000);
  t.equal(sum(written.filter(({ type }) => type === 'operation.refused')), 10);
  t.equal(sum(written.filter(({ type }) => type === 'door.refused')), 10);
});

void t.test('what is counted is written when the node stops, also to a disk that refuses', async (t) => {
  const { written, folding, refuse, knock, state } = aFolding();
  refuse();
  refuse();
  knock('192.0.2.1');
  await folding.flush();
  t.match(written, [{ count: 1 }, { count: 1 }, { type: 'door.refused', count: 1 }]);
  state.isBroken = true;
  refuse();
  await folding.flush();
});
