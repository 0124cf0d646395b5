/** The process that replays for the API: it takes one wish, answers it, and ends. */
import { boundedAnswer, type ReplayWish } from './bounded-answer.ts';

process.once('message', (wish: ReplayWish) => {
  void boundedAnswer(wish)
    .then(
      (answer) => ({ answer }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    )
    .then((told) => process.send?.(told, () => process.disconnect()));
});
// Who asked is gone.
process.once('disconnect', () => process.exit());
