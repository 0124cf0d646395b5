/** The store's time, kept by the browser's monotonic clock: what the wall clock of the viewer says decides nothing. */

/** A clock set by the answers of the API. */
export interface ServerClock {
  /**
   * Takes a time the server told.
   *
   * @param told epoch ms, read by the server between the two moments
   * @param sentAt when the call left, by `monotonic`
   * @param receivedAt when its answer came
   */
  learn(told: number, sentAt: number, receivedAt: number): void;
  /** Epoch ms; before the first answer the viewer's own clock has to do. */
  now(): number;
}

/** A worse measurement than the one held is believed after this long, since clocks drift. */
const trustMs = 60_000;

/** Makes a clock; `monotonic` and `wall` are the browser's. */
export function serverClock(monotonic: () => number, wall: () => number): ServerClock {
  let held: { readonly offset: number; readonly doubt: number; readonly at: number } | undefined;
  return {
    learn(told, sentAt, receivedAt) {
      const doubt = (receivedAt - sentAt) / 2;
      const offset = told - (sentAt + doubt);
      // A jump (the computer slept, the server's clock was set) outweighs how well the old one was measured.
      const hasJumped = held !== undefined && Math.abs(offset - held.offset) > doubt + held.doubt + 50;
      if (held === undefined || hasJumped || doubt <= held.doubt || receivedAt - held.at > trustMs) {
        held = { offset, doubt, at: receivedAt };
      }
    },
    now: () => (held === undefined ? wall() : monotonic() + held.offset),
  };
}
