/** Many who ask the same in one moment: a cut of a thousand transfers has one revoker to name. */

/** So long an answer is good for whoever asks the same. */
const keptMs = 1_000;
/** Different questions of one moment that are kept; further ones are asked each for itself. */
const keptAtMost = 1_000;

/**
 * Asks once for all equal questions of one second; a question that failed is asked anew.
 *
 * @param clock monotonic milliseconds
 */
export function askedLately<Q, A>(
  ask: (question: Q) => Promise<A>,
  clock: () => number,
): (question: Q) => Promise<A> {
  const kept = new Map<string, { readonly askedAtMs: number; readonly answer: Promise<A> }>();
  return (question) => {
    const nowMs = clock();
    // In the order they were asked: the first that is young enough ends the search.
    for (const [key, { askedAtMs }] of kept) {
      if (nowMs - askedAtMs < keptMs) break;
      kept.delete(key);
    }
    const key = JSON.stringify(question);
    const known = kept.get(key);
    if (known !== undefined) return known.answer;
    const answer = ask(question);
    if (kept.size < keptAtMost) kept.set(key, { askedAtMs: nowMs, answer });
    answer.catch(() => {
      if (kept.get(key)?.answer === answer) kept.delete(key);
    });
    return answer;
  };
}
