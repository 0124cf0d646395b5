/** Rules in words. */
import type { Rule } from '../api/shapes.ts';

/** How access under a rule comes about, from the API's phrase: a sentence. */
export function answerWords(approval: string): string {
  if (approval === 'automatic') return 'Granted by itself at the first use.';
  if (approval === 'ask') return 'Granted at once to whoever asks with a reason.';
  return `${approval} must agree.`;
}

/** What stands open without anybody answering, as `fetch of demo/**`. */
export function automaticOf(rules: readonly Rule[]): readonly string[] {
  return rules.flatMap(({ match, rights }) =>
    rights
      .filter(({ approval }) => approval === 'automatic' || approval === 'ask')
      .map(({ right, approval }) => {
        const what = right === 'push' ? `push to ${match}` : `fetch of ${match}`;
        return approval === 'ask' ? `${what}, with a reason` : what;
      }),
  );
}
