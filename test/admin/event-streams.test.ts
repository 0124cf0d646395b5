import t from 'tap';
import { eventStreams, streamBounds } from '../../admin/event-streams.ts';

interface Change {
  readonly of: string;
}

/** Streams under a clock that the test moves. */
function underAClock() {
  let now = 0;
  const due = new Set<{ readonly at: number; readonly work: () => void }>();
  const failures: unknown[] = [];
  const streams = eventStreams<Change, string>({
    clock: () => now,
    after(ms, work) {
      const one = { at: now + ms, work };
      due.add(one);
      return () => void due.delete(one);
    },
    onLookFailed: (error) => void failures.push(error),
  });
  return {
    streams,
    failures,
    pass(ms: number) {
      const until = now + ms;
      for (;;) {
        const [next] = [...due].filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        due.delete(next);
        now = next.at;
        next.work();
      }
      now = until;
    },
    /** Opens a stream of a person and keeps what it is told. */
    viewer(principalId = 'P-ANA', stands: () => Promise<boolean> = async () => true) {
      const told: string[] = [];
      const writer = {
        write: (text: string) => void told.push(text),
        behind: false,
        isBehind: () => writer.behind,
        onceCaughtUp: () => undefined,
        end: () => void told.push('end'),
        destroy: () => void told.push('broken off'),
      };
      const opened = streams.open({
        principalId,
        writer,
        kindOf: ({ of }) => (of === 'nobody' ? undefined : of),
        stands,
      });
      return { told, writer, opened };
    },
  };
}

const changed = (...kinds: string[]) => `event: changed\ndata: ${JSON.stringify({ kinds })}\n\n`;

void t.test('a change is told within moments, those of one moment together', async (t) => {
  const { streams, pass, viewer } = underAClock();
  const { told } = viewer();
  told.length = 0;
  streams.tell({ of: 'requests' });
  streams.tell({ of: 'grants' });
  streams.tell({ of: 'requests' });
  streams.tell({ of: 'nobody' });
  pass(streamBounds.gatherMs);
  t.strictSame(told, [changed('requests', 'grants')]);
});

void t.test('a storm of changes is told twice a second, the last of them too', async (t) => {
  const { streams, pass, viewer } = underAClock();
  const { told } = viewer();
  told.length = 0;
  for (let ms = 0; ms < 1_000; ms += 10) {
    streams.tell({ of: 'operations' });
    pass(10);
  }
  t.strictSame(told.length, 2);
  pass(1_000);
  t.strictSame(told.length, 3);
});

void t.test('after a gap in what the store published everything may have changed', async (t) => {
  const { streams, pass, viewer } = underAClock();
  const { told } = viewer();
  streams.tell(undefined);
  pass(1_000);
  t.equal(told.at(-1), changed('anything'));
});

void t.test('who does not read is broken off at the next event, and nothing is kept for them', async (t) => {
  const { streams, pass, viewer } = underAClock();
  const { told, writer } = viewer();
  told.length = 0;
  writer.behind = true;
  streams.tell({ of: 'grants' });
  pass(1_000);
  t.strictSame(told, ['broken off']);
  t.equal(streams.size, 0);
  streams.tell({ of: 'grants' });
  pass(60_000);
  t.strictSame(told, ['broken off']);
});

void t.test('a beat goes down when nothing happens, and finds a sign-in that is over', async (t) => {
  const { streams, pass, viewer } = underAClock();
  let stands = true;
  const { told } = viewer('P-ANA', async () => stands);
  told.length = 0;
  pass(streamBounds.beatMs);
  t.match(told, [/^:/]);
  stands = false;
  pass(streamBounds.beatMs);
  await new Promise(setImmediate);
  t.match(told, [/^:/, /^:/, 'end']);
  t.equal(streams.size, 0);
});

void t.test('a sign-in that ends is looked at at once, and no one else’s', async (t) => {
  const { streams, viewer } = underAClock();
  const ana = viewer('P-ANA', async () => false);
  const bob = viewer('P-BOB', async () => false);
  streams.lookAt('P-ANA');
  await new Promise(setImmediate);
  t.equal(ana.told.at(-1), 'end');
  t.not(bob.told.at(-1), 'end');
});

void t.test('a store that is away ends no stream: its page is told to read again', async (t) => {
  const { streams, failures, pass, viewer } = underAClock();
  const { told } = viewer('P-ANA', async () => {
    throw new Error('away');
  });
  pass(streamBounds.beatMs);
  await new Promise(setImmediate);
  pass(1_000);
  t.equal(told.at(-1), changed('anything'));
  t.equal(streams.size, 1);
  t.equal(failures.length, 1);
});

void t.test('streams are bounded, for one person and for a node, and places become free again', async (t) => {
  const { streams, viewer } = underAClock();
  const own = Array.from({ length: streamBounds.ofPerson }, () => viewer('P-ANA').opened);
  t.equal(viewer('P-ANA').opened, 'of-the-person');
  const [first] = own;
  if (typeof first === 'function') first();
  t.type(viewer('P-ANA').opened, 'function');
  for (let at = streams.size; at < streamBounds.ofNode; at++) viewer(`P-${at}`);
  t.equal(viewer('P-ONE-MORE').opened, 'of-the-node');
});

void t.test('closing ends every stream and opens none any more', async (t) => {
  const { streams, viewer } = underAClock();
  const { told } = viewer();
  streams.close();
  t.equal(told.at(-1), 'end');
  t.equal(viewer().opened, 'of-the-node');
});
