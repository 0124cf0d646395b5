/** The process that reads the log for the API: it takes one wish, of a replay, an access report, a verification or a count, answers it, and ends. */
import { countEntries } from '../audit/count.ts';
import { boundedAnswer, reportAnswer } from './bounded-answer.ts';
import type { ApartWish } from './replay-apart.ts';
import { verifyAnswer } from './verify-answer.ts';

process.once('message', (wish: ApartWish) => {
  void answerTo(wish)
    .then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    )
    .then((told) => process.send?.(told, () => process.disconnect()));
});
// Who asked is gone.
process.once('disconnect', () => process.exit());

function answerTo(wish: ApartWish): Promise<unknown> {
  if ('count' in wish) return countEntries(wish.log, wish.count, wish.most);
  if ('report' in wish) return reportAnswer(wish);
  return 'verify' in wish ? verifyAnswer(wish) : boundedAnswer(wish);
}
