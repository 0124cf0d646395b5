/** How long this node may go on with its operations without having told the store that it lives: then others take them over. */

/** What a node says with each sign of life. */
export interface Promised {
  /** So long after it the node lets nothing move any more, where the next sign did not reach the store. */
  readonly stillAfterMs: number;
  /** So long after it others may take its operations over. */
  readonly silentMs: number;
}

/** Why it is over. `taken-over`: another node may have recorded the ends already. */
export type TenureLoss = 'store-lost' | 'taken-over';

/** Under which an operation is begun and goes on. Once over it stays over, whatever the node tells the store later. */
export interface Tenure {
  readonly signal: AbortSignal;
  /** To be asked before a byte goes on: a process that was stopped wakes up in the middle of its work, before its timers. */
  lasts(): boolean;
}

export interface TenureKeeper {
  /** For what begins now. */
  current(): Tenure;
  lasts(): boolean;
  /** The store has taken a sign of life that was sent then. */
  confirmed(sentAtMs: number, promised: Promised): void;
  /** Watches no more by itself. */
  stop(): void;
}

export interface TenureNeeds {
  /** Monotonic milliseconds. */
  clock(): number;
  after(ms: number, work: () => void): () => void;
  /** Told once when a tenure is over, before its signal aborts. */
  onOver(loss: TenureLoss): void;
}

/** Before the first sign of life: others wait for 30 s where a node has said nothing. */
const unsaid: Promised = { stillAfterMs: 10_000, silentMs: 30_000 };

/** A busy node misses a sign of life or two; no grace is too short for that. */
const shortestMs = 5_000;
/** For timers that come late, beside the time that cut connections take to close. */
const marginMs = 5_000;

/** What a node can promise: transfers go on for the grace without the store, and a cut one is closed within its own. */
export function promisedBy(limits: { readonly storeGraceMs: number; readonly cutGraceMs: number }): Promised {
  const stillAfterMs = Math.max(limits.storeGraceMs, shortestMs);
  return { stillAfterMs, silentMs: stillAfterMs + limits.cutGraceMs + marginMs };
}

/** Keeps the node's word by its own monotonic clock. It counts from when a sign was sent, and the store from when it came. */
export function keepTenure({ clock, after, onOver }: TenureNeeds): TenureKeeper {
  let sentAtMs = clock();
  let promised = unsaid;
  let over = new AbortController();
  let cancelTimer: () => void = () => undefined;

  const lasts = (): boolean => {
    const silentMs = clock() - sentAtMs;
    if (silentMs < promised.stillAfterMs) return true;
    if (!over.signal.aborted) {
      onOver(silentMs < promised.silentMs ? 'store-lost' : 'taken-over');
      over.abort();
    }
    return false;
  };
  let stopped = false;
  const watch = (): void => {
    cancelTimer();
    if (!lasts() || stopped) return;
    cancelTimer = after(Math.ceil(sentAtMs + promised.stillAfterMs - clock()), watch);
  };
  watch();

  return {
    lasts,
    current() {
      const { signal } = over;
      return { signal, lasts: () => lasts() && !signal.aborted };
    },
    confirmed(sent, next) {
      // Silence that nobody has noticed yet is not made good by the sign that ended it.
      lasts();
      sentAtMs = sent;
      promised = next;
      watch();
      if (over.signal.aborted && lasts()) over = new AbortController();
    },
    stop() {
      stopped = true;
      cancelTimer();
    },
  };
}
