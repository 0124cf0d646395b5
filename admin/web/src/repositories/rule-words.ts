/** Rules in words. */
import type { Rule } from '../api/shapes.ts';
import { sentence } from '../text/sentence.ts';

/** How access under a rule comes about, from the API's phrase: a sentence. */
export function answerWords(approval: string): string {
  if (approval === 'automatic') return 'Granted by itself at the first use.';
  if (approval === 'ask') return 'Granted at once to whoever asks with a reason.';
  return sentence(`${whoWords(approval)} must agree`);
}

/** Who must agree, from the API's phrase: one is written out. */
export function whoWords(approval: string): string {
  return approval.replaceAll(/\b1 (of|approver)\b/g, 'one $1');
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
