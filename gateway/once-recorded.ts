/** Waiting for a grant whose entry is on its way to a disk, this node's or another's: it counts only from then on. */
import type { Pause } from './grants/in-time.ts';
import { claimMs } from './store/spans.ts';
import type { Store } from './store/store.ts';

export interface RecordingNeeds {
  readonly store: Pick<Store, 'onChange'>;
  /** Whether this node's own audit takes entries; while it does not, nothing could start, and nobody need wait. */
  canRecord(): boolean;
  /** Monotonic milliseconds. */
  clock(): number;
  readonly pause: Pause;
}

/** Published changes are hints and get lost, so it is asked again this often. */
const askEveryMs = 1_000;

/** The entry of a node that died is another's after `claimMs`, at its next round. */
const waitMs = claimMs + 2 * askEveryMs;

/**
 * Asks, and again when the grant is told to count, until the answer does not wait any more; the last answer when it has waited
 * for 12 s.
 */
export async function onceRecorded<A>(
  { store, canRecord, clock, pause }: RecordingNeeds,
  grantId: string,
  ask: () => Promise<A>,
  waits: (answer: A) => boolean,
): Promise<A> {
  const deadline = clock() + waitMs;
  let hint = new AbortController();
  const stopListening = store.onChange((change) => {
    if (change === undefined || (change.kind === 'grant' && change.id === grantId)) hint.abort();
  });
  try {
    for (;;) {
      hint = new AbortController();
      const answer = await ask();
      const leftMs = deadline - clock();
      if (!waits(answer) || leftMs <= 0 || !canRecord()) return answer;
      await pause(Math.min(askEveryMs, leftMs), hint.signal);
    }
  } finally {
    stopListening();
  }
}
