/** A monotonic clock and its timers that stand still until a test moves them. */
export interface FakeClock {
  now(): number;
  after(ms: number, work: () => void): () => void;
  /** Moves on, running what falls due in its order and letting promises settle in between. */
  advance(ms: number): Promise<void>;
}

export function fakeClock(start = 0): FakeClock {
  let now = start;
  let order = 0;
  const timers = new Set<{ at: number; order: number; work: () => void }>();
  return {
    now: () => now,
    after(ms, work) {
      const timer = { at: now + ms, order: order++, work };
      timers.add(timer);
      return () => timers.delete(timer);
    },
    async advance(ms) {
      const until = now + ms;
      await settled();
      for (;;) {
        const [next] = [...timers]
          .filter(({ at }) => at <= until)
          .sort((a, b) => a.at - b.at || a.order - b.order);
        if (next === undefined) break;
        timers.delete(next);
        now = Math.max(now, next.at);
        next.work();
        await settled();
      }
      now = until;
    },
  };
}

/** Lets every promise that can settle without the outside do so. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
