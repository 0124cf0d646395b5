import t from 'tap';
import { keepLeases, type LeaseKeeper, type LeaseTerms, type Renewal } from '../../gateway/relay/lease.ts';
import type { OperationCut, Standing } from '../../gateway/store/records.ts';
import { type FakeClock, fakeClock } from './clock.ts';

/** A keeper over a store that a test steers: its time runs `storeAheadMs` before the node's clock. */
function aKeeper(storeAheadMs = 1_000_000) {
  const clock = fakeClock(5_000);
  const store: {
    answers: boolean;
    renewal: Renewal<string>;
    reads: number;
    credentialEnded?: Standing['credentialEnded'];
    cut?: OperationCut;
  } = {
    answers: true,
    renewal: { holds: true, endsAt: 0 },
    reads: 0,
  };
  const keeper: LeaseKeeper<string> = keepLeases<string>({
    clock: () => clock.now(),
    after: (ms, work) => clock.after(ms, work),
    lasts: () => true,
    rest: () => new Promise((resolve) => setImmediate(resolve)),
    onReadFailed: () => undefined,
    async standings(of) {
      store.reads += 1;
      if (!store.answers) throw new Error('the store does not answer');
      const { credentialEnded, cut } = store;
      const standing: Standing = {
        grants: [],
        locks: [],
        seq: 1,
        now: clock.now() + storeAheadMs,
        ...(credentialEnded === undefined ? {} : { credentialEnded }),
        ...(cut === undefined ? {} : { cut }),
      };
      return of.map(() => standing);
    },
  });
  const terms = (endsInMs: number): LeaseTerms<string> => {
    const readAt = clock.now() + storeAheadMs;
    store.renewal = { holds: true, endsAt: readAt + endsInMs };
    return {
      operationId: 'O-1',
      principalId: 'P-1',
      repository: 'hub/app',
      endsAt: readAt + endsInMs,
      readAt,
      sentAtMs: clock.now(),
      storeGraceMs: 60_000,
      idleMs: Number.MAX_SAFE_INTEGER,
      renew: () => store.renewal,
    };
  };
  return { clock, store, keeper, terms };
}

async function lossAfter(clock: FakeClock, ms: number, lease: { loss: unknown }): Promise<unknown> {
  await clock.advance(ms);
  return lease.loss;
}

void t.test(
  'a lease is lost in the millisecond its end comes, by the store’s time and not the node’s',
  async (t) => {
    const { clock, keeper, terms } = aKeeper();
    const lease = keeper.take(terms(10_500));

    t.equal(await lossAfter(clock, 10_499, lease), undefined);
    t.notOk(lease.signal.aborted);
    t.strictSame(await lossAfter(clock, 1, lease), { kind: 'end-reached' });
    t.ok(lease.signal.aborted);
  },
);

void t.test(
  'what remains is counted from when the read was sent, so a slow answer does not lengthen it',
  async (t) => {
    const { clock, keeper, terms } = aKeeper();
    const sent = terms(1_000);
    await clock.advance(900);
    const lease = keeper.take(sent);

    t.strictSame(await lossAfter(clock, 100, lease), { kind: 'end-reached' });
  },
);

void t.test('a lease taken after its end is lost at once', async (t) => {
  const { clock, keeper, terms } = aKeeper();
  const sent = terms(10);
  await clock.advance(10);

  t.strictSame(keeper.take(sent).loss, { kind: 'end-reached' });
});

void t.test('an extension moves the end and leaves the transfer alone', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(5_000));
  store.renewal = { holds: true, endsAt: lease.endsAt + 60_000 };

  t.equal(await lossAfter(clock, 30_000, lease), undefined);
  t.strictSame(await lossAfter(clock, 35_000, lease), { kind: 'end-reached' });
});

void t.test('a revocation nobody announced is found by the re-read within a second', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(3_600_000));
  store.renewal = { holds: false, denial: 'revoked' };

  t.strictSame(await lossAfter(clock, 1_000, lease), { kind: 'denied', denial: 'revoked' });
});

void t.test('an announced change is read at once, for its principal alone', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(3_600_000));
  store.renewal = { holds: false, denial: 'revoked' };

  keeper.recheck({ kind: 'grant', id: 'G-1', principalId: 'P-2' });
  t.equal(await lossAfter(clock, 0, lease), undefined);
  keeper.recheck({ kind: 'grant', id: 'G-1', principalId: 'P-1' });
  t.strictSame(await lossAfter(clock, 0, lease), { kind: 'denied', denial: 'revoked' });
});

void t.test(
  'what concerns one operation, or takes nothing away, has no other transfer read again',
  async (t) => {
    const { clock, store, keeper, terms } = aKeeper();
    keeper.take(terms(3_600_000));
    keeper.recheck({ kind: 'operation', id: 'O-2', principalId: 'P-1' });
    keeper.recheck({ kind: 'request', id: 'R-1', principalId: 'P-1' });
    keeper.recheck({ kind: 'audit', id: 'A-1' });
    await clock.advance(0);
    t.equal(store.reads, 0);
    keeper.recheck({ kind: 'operation', id: 'O-1', principalId: 'P-1' });
    await clock.advance(0);
    t.equal(store.reads, 1);
  },
);

void t.test(
  'how long it went on ends with the last bytes handed on, by the store’s time in the last read',
  async (t) => {
    const { clock, store, keeper, terms } = aKeeper();
    const lease = keeper.take(terms(3_600_000));
    store.renewal = { holds: true, endsAt: lease.endsAt };
    await clock.advance(2_500);
    const changedAt = clock.now() + 1_000_000;
    await clock.advance(40);
    lease.handedOn();
    await clock.advance(100);
    store.renewal = { holds: false, denial: 'revoked' };
    keeper.recheck();
    await clock.advance(700);

    t.equal(lease.loss?.kind, 'denied');
    t.equal(lease.wentOnMs(changedAt), 40);
  },
);

void t.test('where nothing was handed on since, it went on until now', async (t) => {
  const { clock, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(3_600_000));
  lease.handedOn();
  await clock.advance(10);
  const changedAt = clock.now() + 1_000_000;
  await clock.advance(25);

  t.equal(lease.wentOnMs(changedAt), 25);
});

void t.test(
  'a store whose clock jumped does not turn the span: each read places the moment anew',
  async (t) => {
    const { clock, store, keeper, terms } = aKeeper();
    const sent = terms(3_600_000);
    const lease = keeper.take({ ...sent, readAt: sent.readAt - 5_000_000 });
    store.renewal = { holds: true, endsAt: sent.endsAt };
    await clock.advance(1_000);
    const changedAt = clock.now() + 1_000_000;
    await clock.advance(30);

    t.equal(lease.wentOnMs(changedAt), 30);
    t.equal(lease.wentOnMs(changedAt + 60), 0);
  },
);

void t.test('one re-read a second serves all running transfers', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  for (let i = 0; i < 50; i += 1) keeper.take(terms(3_600_000));
  await clock.advance(10_000);

  t.equal(store.reads, 10);
});

void t.test('out of contact, a lease lives for the grace and not longer', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(3_600_000));
  store.answers = false;

  t.equal(await lossAfter(clock, 60_000, lease), undefined);
  t.strictSame(await lossAfter(clock, 1_000, lease), { kind: 'store-lost' });
});

void t.test('out of contact, the known end still counts when it comes first', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(20_000));
  store.answers = false;

  t.strictSame(await lossAfter(clock, 20_000, lease), { kind: 'end-reached' });
});

void t.test('an end further away than a timer can count is kept', async (t) => {
  const { clock, keeper, terms } = aKeeper();
  const lease = keeper.take({ ...terms(2_147_483_647 + 5_000), storeGraceMs: Number.MAX_SAFE_INTEGER });

  t.equal(lease.loss, undefined);
  lease.release();
  t.equal(await lossAfter(clock, 2_000, lease), undefined);
});

void t.test('a released lease is never lost, and leaves nothing to read', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(1_000));
  lease.release();
  const reads = store.reads;
  await clock.advance(5_000);

  t.equal(lease.loss, undefined);
  t.equal(store.reads, reads);
  t.equal(keeper.size, 0);
});

void t.test('stopping ends what runs and what comes after', async (t) => {
  const { keeper, terms } = aKeeper();
  const running = keeper.take(terms(10_000));
  keeper.stop();

  t.strictSame(running.loss, { kind: 'stopping' });
  t.strictSame(keeper.take(terms(10_000)).loss, { kind: 'stopping' });
});

void t.test(
  'a transfer in which nothing moves is lost to its idle limit, one that moves is not',
  async (t) => {
    const { clock, keeper, terms } = aKeeper();
    const idleMs = 10_000;
    const silent = keeper.take({ ...terms(3_600_000), idleMs });
    const moving = keeper.take({ ...terms(3_600_000), idleMs });
    for (let second = 0; second < 9; second += 1) {
      await clock.advance(1_000);
      moving.moves();
    }
    t.equal(silent.loss, undefined);
    await clock.advance(2_000);
    t.strictSame(silent.loss, { kind: 'idle', afterMs: idleMs });
    t.equal(moving.loss, undefined);
  },
);

void t.test('a lease is lost with the credential it was begun with, though its grant stands', async (t) => {
  const { clock, keeper, store, terms } = aKeeper();
  const lease = keeper.take(terms(60_000));
  const end = { at: clock.now(), why: 'revoked' as const };
  store.credentialEnded = end;
  keeper.recheck({ kind: 'grant', id: 'G-1', principalId: 'P-1' });
  t.match(await lossAfter(clock, 1, lease), { kind: 'credential-ended', end });
});

void t.test('it is told once when a minute is left, and again when an extension moved the end', async (t) => {
  const { clock, store, keeper, terms } = aKeeper();
  let told = 0;
  const lease = keeper.take(terms(120_000));
  lease.onSoon(() => {
    told += 1;
  });
  await clock.advance(59_999);
  t.equal(told, 0);
  await clock.advance(1);
  t.equal(told, 1);
  await clock.advance(5_000);
  t.equal(told, 1);

  store.renewal = { holds: true, endsAt: lease.endsAt + 60_000 };
  await clock.advance(1_000);
  t.equal(told, 1);
  await clock.advance(54_000);
  t.equal(told, 2);
});

void t.test('who asks to be told when that minute has begun already is told at once', async (t) => {
  const { clock, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(120_000));
  await clock.advance(70_000);
  let told = 0;
  lease.onSoon(() => {
    told += 1;
  });
  t.equal(told, 1);
  await clock.advance(5_000);
  t.equal(told, 1);
});

void t.test('what begins with less than a minute left is not told of it', async (t) => {
  const { clock, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(60_000));
  lease.onSoon(() => t.fail('told'));
  await clock.advance(59_000);
  t.equal(lease.loss, undefined);
});

void t.test('an operator’s cut that a re-read finds ends it', async (t) => {
  const cut = { by: 'P-9', reason: 'wrong machine', at: 7 };
  const { clock, store, keeper, terms } = aKeeper();
  const lease = keeper.take(terms(120_000));
  store.cut = cut;
  t.strictSame(await lossAfter(clock, 1_000, lease), { kind: 'cut', cut });
});

void t.test('a cause from outside ends one lease, or all of them', async (t) => {
  const { keeper, terms } = aKeeper();
  const [one, two] = [keeper.take(terms(1_000)), keeper.take(terms(1_000))];
  one.lose({ kind: 'audit-failed' });
  t.strictSame(one.loss, { kind: 'audit-failed' });
  t.equal(two.loss, undefined);
  keeper.loseAll({ kind: 'stopping' });
  t.strictSame([one.loss?.kind, two.loss?.kind], ['audit-failed', 'stopping']);
});
