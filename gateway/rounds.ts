/** Work that a node does again and again until it stops. */
import { pause } from './pause.ts';

/**
 * Runs rounds, the first at once and each so long after the one before was over; `round` must not reject.
 *
 * @returns what stops it, and resolves when the last round is over
 */
export function keepRounds(round: () => Promise<void>, everyMs: number): () => Promise<void> {
  const stopping = new AbortController();
  const running = (async () => {
    while (!stopping.signal.aborted) {
      await round();
      await pause(everyMs, stopping.signal);
    }
  })();
  return async () => {
    stopping.abort();
    await running;
  };
}
