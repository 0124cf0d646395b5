/** A stream that lets bytes through no faster than a rate. */
import { Transform } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';

/** What a throttle needs of time: a monotonic clock in milliseconds, and a wait that rejects when the signal aborts. */
export interface Pace {
  now(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

const realPace: Pace = {
  now: () => performance.now(),
  wait: (ms, signal) => delay(ms, undefined, { signal }),
};

/** Slices a second: small enough that a reader sees a trickle, large enough to cost nothing. */
const slicesPerSecond = 20;

/** Makes a stream that hands on `bytesPerSecond`, asked again for each slice, in slices of a twentieth of what it was first. */
export function throttle(bytesPerSecond: () => number, pace: Pace = realPace): Transform {
  const sliceLength = Math.max(1, Math.floor(bytesPerSecond() / slicesPerSecond));
  const gone = new AbortController();
  let nextAt = pace.now();

  return new Transform({
    readableHighWaterMark: sliceLength,
    transform(chunk: Buffer, _encoding, done) {
      const passOn = async () => {
        for (let at = 0; at < chunk.length; at += sliceLength) {
          const slice = chunk.subarray(at, at + sliceLength);
          const ms = nextAt - pace.now();
          if (ms > 0) await pace.wait(ms, gone.signal);
          nextAt = Math.max(nextAt, pace.now()) + (slice.length * 1000) / bytesPerSecond();
          this.push(slice);
        }
      };
      passOn().then(() => done(), done);
    },
    destroy(error, done) {
      gone.abort();
      done(error);
    },
  });
}
