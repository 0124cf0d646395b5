/** Time that is left until something lapses, in words, kept current. */
import { durationWords } from '../text/duration-words.ts';
import { useNow } from './page-clock.ts';

/** `3 h 20 min`, and `no time` once it is over. */
export function TimeLeft({ until }: { until: number }) {
  const left = until - useNow();
  return <span>{left <= 0 ? 'no time' : durationWords(left)}</span>;
}
