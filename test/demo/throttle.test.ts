import { once } from 'node:events';
import t from 'tap';
import { throttle } from '../../gateway/demo/throttle.ts';

/** A clock that moves only by being waited on. */
function fakePace() {
  let at = 0;
  return {
    now: () => at,
    wait: async (ms: number) => {
      at += ms;
    },
  };
}

void t.test('a throttle takes as long as the rate says and changes no byte', async (t) => {
  const pace = fakePace();
  const stream = throttle(() => 1_000, pace);
  const sent = Buffer.from(Array.from({ length: 5_000 }, (_, index) => index % 251));
  stream.end(sent);
  const received = Buffer.concat(await stream.toArray());

  t.ok(received.equals(sent));
  t.ok(pace.now() >= 4_900 && pace.now() <= 5_000, `took ${pace.now()} ms`);
});

void t.test('a throttle goes by a new rate from the next slice on', async (t) => {
  const pace = fakePace();
  let rate = 1_000;
  const stream = throttle(() => rate, pace);
  stream.once('data', () => {
    rate = 1_000_000;
  });
  stream.resume().end(Buffer.alloc(5_000));
  await once(stream, 'end');
  t.ok(pace.now() < 200, `took ${pace.now()} ms`);
});

void t.test('a throttle is never ahead of its rate by more than a twentieth of a second', async (t) => {
  const pace = fakePace();
  const stream = throttle(() => 1_000, pace);
  let seen = 0;
  stream.on('data', (chunk: Buffer) => {
    seen += chunk.length;
    if (seen > pace.now() + 50) t.fail(`${seen} bytes after ${pace.now()} ms`);
  });
  stream.end(Buffer.alloc(500));
  await once(stream, 'end');
  t.equal(seen, 500);
});

void t.test('a throttle that is destroyed while it waits lets go of its wait', async (t) => {
  let aborted = false;
  const stream = throttle(() => 1_000, {
    now: () => 0,
    wait: (_ms, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          aborted = true;
          reject(signal.reason as Error);
        });
      }),
  });
  stream.resume().write(Buffer.alloc(500));
  stream.destroy();
  await once(stream, 'close');
  t.equal(aborted, true);
});
