import t from 'tap';
import { keepNodeReports } from '../gateway/node-reports.ts';
import { memoryStore } from '../gateway/store/memory-store.ts';
import type { NodeReport } from '../gateway/store/records.ts';
import { stretchMs } from '../gateway/store/spans.ts';
import { watched } from '../gateway/watched.ts';

const noon = Date.UTC(2026, 10, 25, 12);
const hour = 3_600_000;

/** What is watched on a clock that a test turns. */
function aWatch() {
  const time = { now: noon };
  return { time, watch: watched(() => time.now) };
}

void t.test('what happens is counted in the stretch it happens in, for six hours', async (t) => {
  const { time, watch } = aWatch();
  watch.count('refusals');
  watch.count('bytesDown', 700);
  time.now += stretchMs - 1;
  watch.count('refusals');
  time.now += 1;
  watch.count('cuts');
  t.strictSame(watch.stretches(), [
    { at: noon, bytesUp: 0, bytesDown: 700, operations: 0, refusals: 2, cuts: 0 },
    { at: noon + stretchMs, bytesUp: 0, bytesDown: 0, operations: 0, refusals: 0, cuts: 1 },
  ]);
  time.now = noon + 6 * hour;
  t.strictSame(
    watch.stretches().map(({ at }) => at),
    [noon + stretchMs],
  );
  for (let at = 0; at < 1_000; at++) {
    time.now += stretchMs;
    watch.count('operations');
  }
  t.equal(watch.stretches().length, 72);
});

void t.test('a host is known by its last answer and its last trouble', async (t) => {
  const { time, watch } = aWatch();
  t.strictSame(watch.upstreams(['hub']), [{ name: 'hub' }]);
  watch.answered('hub');
  time.now += 5;
  watch.troubled('hub', 'unreachable');
  t.strictSame(watch.upstreams(['hub', 'other']), [
    { name: 'hub', answeredAt: noon, trouble: { at: noon + 5, kind: 'unreachable' } },
    { name: 'other' },
  ]);
});

void t.test('a node that is started again goes on from what it counted before', async (t) => {
  const { time, watch } = aWatch();
  const store = memoryStore({ nodeId: 'n', now: () => time.now });
  const report = (of: typeof watch) => (): NodeReport => ({
    node: 'n',
    version: '0.1.0',
    startedAt: noon,
    state: 'serving',
    policy: 'p',
    transfers: 0,
    audit: { writable: true, seq: 1, waiting: 0, waitingMs: 0, refused: 0 },
    upstreams: [],
    stretches: of.stretches(),
  });
  const onTrouble = (error: unknown) => t.fail(String(error));
  watch.count('refusals', 3);
  await keepNodeReports({ store, watched: watch, report: report(watch), onTrouble }).stop();

  const again = watched(() => time.now);
  again.count('refusals');
  await keepNodeReports({ store, watched: again, report: report(again), onTrouble }).stop();
  const [kept] = (await store.reports()).reports;
  t.match(kept?.stretches, [{ at: noon, refusals: 4 }]);
  time.now += 24 * hour;
  t.strictSame((await store.reports()).reports, [], 'a report that is a day old is forgotten');
});
