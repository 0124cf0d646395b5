/** An answer that is only worth having soon. */

/** Waits so long, or until the signal aborts. */
export type Pause = (ms: number, signal?: AbortSignal) => Promise<void>;

/** Undefined when the answer does not come in time. */
export async function inTime<T>(ms: number, answer: Promise<T>, pause: Pause): Promise<T | undefined> {
  const over = new AbortController();
  try {
    return await Promise.race([answer, pause(ms, over.signal).then(() => undefined)]);
  } finally {
    over.abort();
  }
}
