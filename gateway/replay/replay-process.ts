/** The process that replays for the API: it takes one wish, of a replay or of an access report, answers it, and ends. */
import { boundedAnswer, type ReplayWish, type ReportWish, reportAnswer } from './bounded-answer.ts';

process.once('message', (wish: ReplayWish | ReportWish) => {
  void ('report' in wish ? reportAnswer(wish) : boundedAnswer(wish))
    .then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    )
    .then((told) => process.send?.(told, () => process.disconnect()));
});
// Who asked is gone.
process.once('disconnect', () => process.exit());
